"""People from a file: who is new, what it fills in of those who are here, what it leaves alone.

* `words`: headings, and what a cell may say.
* `team`: the offices and officers that the uploader may give people to.
* `understanding`: a row's cells to facts, or sentences about what is wrong with them.
* `matching`: whom a row speaks of, and what it does there.
* `keeping`: writing that, many at once.
* `extras`: columns that an upper app understands.
* `working`: an upload, from check to done.

A file never changes what is here already: it fills what is empty. What differs is left, and said.
"""
