"""The service: takes mentions in, has them looked at, and says what was approved.

It never imports Pelican, never builds, and writes nowhere but into its own database. An endpoint is a file with a
``routes`` function and a row in ``app.ENDPOINTS``.
"""
