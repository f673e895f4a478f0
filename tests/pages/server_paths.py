"""Paths that each server has to be told of in its own way, and a site that uses them."""

from urllib.parse import unquote

from indieweb.pages.rules import RulesInput

#: As they may come from an alias or a slug: a percent sign that is meant is encoded.
ODD = (
    *(
        "/a b/",
        "/q\"uote's/",
        "/dol$lar$1/",
        "/back\\slash/",
        "/re.g(e)x[1]+*?|^{2}/",
        "/schön/",
        "/per%25cent/",
        "/ha#sh/",
    ),
    *("/semi;colon/", "/am&p/", "/co:lon/", "/{path}/", "/%25{REQUEST_URI}/", "/a,b=c@d!~/", "/`tick`/", "/;} #/"),
)
DECODED = [unquote(path) for path in ODD]
POLICY = "default-src 'none'; img-src 'self'; form-action 'self' https://host.example; base-uri 'none'"
ENDPOINT = "https://host.example/webmention?of=a&b"


def site(base: str = "", endpoint: str = ENDPOINT) -> RulesInput:
    """Every odd path once as one that moved, once as one that is gone."""
    return RulesInput(
        base=base,
        redirects={"/old" + path: "/new" + path for path in ODD} | {"/before/": "/2026/11/hello/"},
        gone=["/gone" + path for path in ODD] + ["/2026/11/away/"],
        policy=POLICY,
        endpoint=endpoint,
    )
