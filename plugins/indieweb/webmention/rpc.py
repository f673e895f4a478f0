"""What a stranger sends as XML-RPC (http://xmlrpc.com/spec.md), read by the standard library and kept in bounds.

There is no document type, so that nothing in it can be expanded and nothing outside is asked for. How long it may be
is for the caller to say: the time that it takes grows with that and no faster.
"""

from xml.parsers.expat import ParserCreate
from xmlrpc.client import Unmarshaller

#: How deep elements may stand in each other. A fault, the deepest that is of use, has seven.
DEEPEST = 20


def read_rpc(body: bytes) -> tuple[tuple[object, ...], str | None]:
    """The parameters of a call and its method, or the value of an answer and None.

    :raises Fault: it is an answer that holds a fault.
    :raises ExpatError: it is no XML.
    :raises Exception: it is no XML-RPC, has a document type or is too deep: ``xmlrpc`` raises whatever comes up.
    """
    values, depth = Unmarshaller(use_builtin_types=True), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise ValueError("it is too deep")
        values.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        values.end(name)

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = values.data
    values.xml("", None)  # expat has decoded it already
    parser.Parse(body, True)
    return tuple(values.close()), values.getmethodname()


def _refuse(*_: object) -> None:
    raise ValueError("it has a document type")
