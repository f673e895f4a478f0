"""Uploading the last build: to a folder, by rsync, to a git branch, or to whatever rclone knows."""

from indieweb.deploy.upload import Deployed, deploy

__all__ = ["Deployed", "deploy"]
