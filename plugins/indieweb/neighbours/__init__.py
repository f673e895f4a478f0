"""Two homes on this machine that hold a conversation: the demonstration, and the end-to-end test, in one."""
