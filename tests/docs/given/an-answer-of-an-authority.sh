# The authority's machine: the request that was carried there, the answer that comes back, and the root that it publishes.
"$python" -m tests.ledger.authority checkpoint.tsq checkpoint.tsr authority.pem
