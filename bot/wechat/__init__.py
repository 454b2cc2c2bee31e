"""The platform adapter: wire format, API client, tokens, menu. The only importer of wechatpy."""
