# Of the handover that was prepared.
handover=$(soken handover list --json --by aoki | grep -o '"H-[^"]*' | tr -d '"' | head -1)
