"""Hearing dates from a file: read it, understand each row, say or do what it changes.

* `reading`: bytes to rows, whatever the encoding and the separator.
* `understanding`: a row's words to facts, or sentences about what is wrong with it. No database.
* `matching`: which hearing of ours a row speaks of, and what it would change.
* `working`: an upload from check to done, in chunks, resumed where it stopped.
"""
