"""Commonhold's plugins: a home on the web that you own, and the ties between such homes.

The layers, lowest first; a module imports only from layers below its own::

    errors, settings, model, web, webmention, stores, site, (features), commands

Each feature package (``indieweb.kinds``, ``indieweb.feeds``, ...) is a Pelican plugin that works alone.
"""
