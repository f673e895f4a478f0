"""A drawing (SVG) of the owner's own: published without what it says of its making, or refused if it can act.

An SVG is a document that can run scripts and fetch from other hosts. Ours may do neither; what could is not
taken out but named, because a drawing that needs it would be broken without.
"""

import re
from typing import Any

from lxml import etree

from indieweb.imaging.opened import UnusableError

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
#: Elements that act, or that hold another document.
_ACTING = frozenset({"script", "foreignObject", "handler", "listener", "iframe", "audio", "video", "canvas", "embed"})
#: An attribute that these write may become anything at the time it is shown.
_WRITING = frozenset({"set", "animate", "animateMotion", "animateTransform", "discard"})
#: In a style or an attribute: an address, or an escape that could spell one.
_OUTSIDE = re.compile(r"url\(['\"]?(?!['\"]?#)|@import|javascript:|data:|://|\\|image-set\(|src\(", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*(?:px)?\s*")
_WASTE = re.compile(r"[\x00-\x20]")


def clean_svg(raw: bytes) -> tuple[bytes, int, int]:
    """The drawing without comments, metadata and what editors keep in it.

    :returns: the file, and its width and height in pixels, 0 where it has none.
    :raises UnusableError: it is no SVG, can act, or asks for anything outside of itself.
    """
    root = _parsed(raw)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or _is_foreign(element):
            _drop(element)
    for element in root.iter():
        _judge(element)
        for name in list(element.attrib):
            if etree.QName(name).namespace not in (None, XLINK, XML):
                del element.attrib[name]
    etree.cleanup_namespaces(root)
    width, height = _size(root)
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made + b"\n", width, height


def _parsed(raw: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnusableError(f"it is no SVG drawing: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise UnusableError("it is no SVG drawing; its first element must be svg, in the SVG namespace")
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and list(declared.iterentities()):
        raise UnusableError("it declares entities, which can grow without end; save it as plain SVG")
    return root


def _is_foreign(element: Any) -> bool:
    name = etree.QName(element)
    return name.namespace != SVG or name.localname == "metadata"


def _drop(element: Any) -> None:
    """Remove an element and what is in it; the text after it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:  # a comment or an instruction beside the root is not written
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _judge(element: Any) -> None:
    name = etree.QName(element).localname
    if name in _ACTING or (name in _WRITING and "href" in str(element.get("attributeName", "")).lower()):
        raise UnusableError(f"it has an element {name}, by which a drawing can act; save it without")
    if name == "style" and _OUTSIDE.search(_WASTE.sub("", "".join(element.itertext()))):
        raise UnusableError("its style asks for something outside of it; save it with everything inside")
    for key, value in element.attrib.items():
        attribute, bare = etree.QName(key).localname, _WASTE.sub("", str(value))
        if attribute.lower().startswith("on"):
            raise UnusableError(f"it has an attribute {attribute}, by which a drawing can act; save it without")
        if attribute == "href" and not bare.startswith("#"):
            raise UnusableError(f"it links to {bare[:60]}; save it without links, and with pictures as paths")
        if _OUTSIDE.search(bare):
            raise UnusableError(f"its {attribute} asks for something outside of it; save it with everything inside")


def _size(root: Any) -> tuple[int, int]:
    said = [_NUMBER.fullmatch(str(root.get(name, ""))) for name in ("width", "height")]
    if all(said):
        width, height = (float(found[1]) for found in said if found)
    else:
        box = re.split(r"[\s,]+", str(root.get("viewBox", "")).strip())
        try:
            width, height = float(box[2]), float(box[3])
        except (IndexError, ValueError):
            return 0, 0
    return (round(width), round(height)) if 0 < width < 100_000 and 0 < height < 100_000 else (0, 0)
