"""The least that can answer a mention: an application that reads nothing and says 202, served as the receiver is."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from indieweb.receiver.serve import server_of


async def taken(_request: Request) -> Response:
    """Say so."""
    return Response(status_code=202)


def main() -> None:
    """Serve until told to stop."""
    app = Starlette(routes=[Route("/webmention", taken, methods=["POST"])])
    server_of(app, "127.0.0.1", 0, lambda line: print(line, flush=True)).run()


if __name__ == "__main__":
    main()
