"""Kinds of devices, a module each, whose `Settings` open one; the module's name is that of the kind."""
