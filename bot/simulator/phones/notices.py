"""Events that no thumb makes: withdrawals, agents' sessions, the account's papers, the official debugger (§2.2)."""

from __future__ import annotations

from bot.simulator.phones.kinds import Kind, event
from bot.simulator.push.wire import Elements

YEAR_SECONDS = 365 * 86400
AGENT, OTHER_AGENT = "sample1@account", "sample2@account"


def notice(name: str, *, openid: str, app_id: str, now: int) -> Kind:
    """The event with what the platform's samples show in it; one nobody has heard of comes bare, as a future one may."""
    return event(name, *_details(openid, app_id, now).get(name, ()))


def _details(openid: str, app_id: str, now: int) -> dict[str, Elements]:
    expires, failed = ("ExpiredTime", now + YEAR_SECONDS), (("FailTime", now), ("FailReason", "by time"))
    return {
        "user_authorization_revoke": [("OpenID", openid), ("AppID", app_id), ("RevokeInfo", "1")],
        "user_info_modified": [("openid", openid), ("appid", app_id)],
        "kf_create_session": [("KfAccount", AGENT)],
        "kf_close_session": [("KfAccount", AGENT)],
        "kf_switch_session": [("FromKfAccount", AGENT), ("ToKfAccount", OTHER_AGENT)],
        "qualification_verify_success": [expires],
        "qualification_verify_fail": failed,
        "naming_verify_success": [expires],
        "naming_verify_fail": failed,
        "annual_renew": [expires],
        "verify_expired": [("ExpiredTime", now)],
        "debug_demo": [("DebugStr", "demo")],
    }
