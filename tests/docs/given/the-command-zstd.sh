command -v zstd >/dev/null || lacks "the command zstd"
