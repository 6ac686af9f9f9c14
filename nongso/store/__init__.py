"""The only SQL of the house and the only importer of psycopg: a module a noun, typed functions that never commit.

Whoever calls opens the transaction: `with store.connection(pool) as conn:` commits at its end or rolls back.
"""

from nongso.store.connection import Connection, Pool, connect, connection, open_pool, reading, transaction

__all__ = ["Connection", "Pool", "connect", "connection", "open_pool", "reading", "transaction"]
