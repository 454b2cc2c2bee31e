"""The people's side: phones, what stands in their chats, and what a thumb can do."""
