"""Tables from a CSV file, whatever their rows are about: read, checked, worked on, given back.

* `reading`: bytes to rows, whatever the encoding and the separator.
* `cells`: what a row's cells say, or sentences about what is wrong with them.
* `models`: the bases of an upload's row.
* `working`: an upload from check to done, in chunks, resumed where it stopped.
"""
