"""Hearing dates from a file: read it, understand each row, say or do what it changes.

* `reading`: the columns and what they may be called.
* `understanding`: a row's words to facts, or sentences about what is wrong with it. No database.
* `matching`: which hearing of ours a row speaks of, and what it would change.
* `working`: an upload, from check to done.
"""
