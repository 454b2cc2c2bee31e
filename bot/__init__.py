"""The machine behind the conversations: the platform adapter, the inbox, the router, the database and the simulator."""

__version__ = "0.1.0"
