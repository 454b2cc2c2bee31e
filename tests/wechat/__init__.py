"""The wire, the client, the tokens and the error table, held against the platform's page and the library's own code."""
