"""Your home, as it is published: what pelicanconf.py says, and what only the public site needs."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pelicanconf import *

# The address of your home. Until it is a real one nothing is sent to anybody.
SITEURL = "http://localhost:8000"

OUTPUT_PATH = ".cache/site"
DELETE_OUTPUT_DIRECTORY = True

# Where `make publish` uploads to; see docs/publishing.md.
INDIEWEB_DEPLOY_TO = "folder:public"

# The webmention endpoint that your pages announce; see docs/receiving.md.
# INDIEWEB_ENDPOINT = "https://example.org/webmention"
