"""Building a home whose cost is the change: Pelican runs, and what it would do again as it did before is remembered.

Four stations, each with a room of its own::

    reading     a file that is as it was is not parsed: its article comes from the store
    settling    its entry is not made anew, unless something that it shows has changed
    drawing     a page whose key is the one it was drawn by is not drawn
    tree        what was drawn is written beside the site, and put in place when all of it is there

A key is a digest of all that bytes depend on. Where that cannot be told, everything is in the key; where code of
others has a say, nothing is remembered.
"""
