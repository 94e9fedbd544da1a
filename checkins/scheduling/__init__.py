"""Drawing ahead and issuing what is due, as sweeps over PostgreSQL.

Each is idempotent and may run any number of times at once: rows are claimed with `FOR UPDATE SKIP
LOCKED`, and what a sweep did is stored in the same transaction as the mark that it was done.

* `keys`: make the keys of the days to come and publish their hashes; show keys of days gone.
* `follow`: notice that a plan, a zone, a hearing or the supervision changed, and put new terms in
  force: planned check-ins from then on are void and drawn again.
* `ahead`: draw the days to come of everyone whose terms are in force.
* `issue`: open what is due (through `checkins.lifecycle`).
"""
