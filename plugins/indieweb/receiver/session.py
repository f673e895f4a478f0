"""The session of an owner who moderates in a browser: its cookie, and the token that every form of it carries.

The cookie names no path: a browser then keeps it to the folder of the page that set it (RFC 6265, section 5.1.4),
which is ``/moderate`` below whatever path a proxy puts the receiver at. So it is set and ended below that path only.
"""

import hashlib
import hmac

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from indieweb.stores.sign_ins import SESSION

COOKIE = "moderator"


def session_in(request: Request) -> str:
    """What the cookie says; empty where there is none. Whether it is a session of ours is for the store to say."""
    return request.cookies.get(COOKIE, "")[:100]


def keep_session(answer: Response, session: str, *, private: bool) -> Response:
    """Have the browser keep a session; an empty one ends it.

    :param private: never to be sent but by https.
    """
    lasting = int(SESSION) if session else 0
    answer.set_cookie(COOKIE, session, max_age=lasting, path=None, secure=private, httponly=True, samesite="strict")
    return answer


def form_token(session: str) -> str:
    """The token of a session's forms: whoever does not have the session cannot make it."""
    return hmac.digest(session.encode(), b"a form of /moderate", hashlib.sha256).hex()


def demand_form_token(fields: dict[str, list[str]], session: str) -> None:
    """Go on only with a form that was made for this session.

    :raises HTTPException: 403.
    """
    given = "".join(fields.get("token", []))
    if not hmac.compare_digest(given.encode("utf-8", "replace"), form_token(session).encode()):
        raise HTTPException(403, "This form is not of your session. Open the list again, and decide there.")
