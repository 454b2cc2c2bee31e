"""The custom menu and the ones that go by tags."""
