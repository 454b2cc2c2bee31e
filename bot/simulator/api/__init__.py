"""The simulated api.weixin.qq.com: tokens, menu, and faults on demand."""
