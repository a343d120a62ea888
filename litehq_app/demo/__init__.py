"""The demo workspace: what an empty database is furnished with (contract.md, Demo workspace)."""
