"""What lies in the account: media, drafts, QR codes."""
