"""Small rolls as the columns of a snapshot, for tests."""

import numpy as np

from sepadan.study.engine.tax_replay import RollColumns
from sepadan.tax.engine.roll_columns import deciles, first_of_pair

VILLAGES = ("32.16.01.2001", "32.16.01.2002", "32.16.02.2001")


def roll_of(connection, objects, *, villages=VILLAGES, marked=False):
    """*objects* are (njop, owner, village index, food land), in the order of their numbers from 1."""
    njop = np.array([one[0] for one in objects], dtype=np.int64)
    owner = np.array([one[1] for one in objects], dtype=np.int64)
    village = np.array([one[2] for one in objects], dtype=np.int64)
    tenth = deciles(njop)
    highest = [False] * len(objects)
    for person in set(owner.tolist()):
        mine = [k for k in range(len(objects)) if owner[k] == person]
        highest[min(mine, key=lambda k: (-njop[k], k))] = True
    table = {
        "object_id": np.arange(1, len(njop) + 1, dtype=np.int32), "village": village.astype(np.int16),
        "owner_id": owner.astype(np.int32), "njop": njop, "food_land": np.array([one[3] for one in objects]),
        "decile": tenth.astype(np.int8), "owner_first_in_village": first_of_pair(owner, village),
        "owner_first_in_decile": first_of_pair(owner, tenth), "highest_of_owner": np.array(highest),
    }
    connection.register("given", table)
    connection.execute("CREATE OR REPLACE TABLE loaded AS SELECT * FROM given")
    return RollColumns("loaded", villages, (0, int(njop.max(initial=0))), "x", len(njop), highest_marked=marked)


def many(count=400, owners=150, seed=7):
    random = np.random.default_rng(seed)
    njop = np.exp(random.normal(19.2, 1.1, count)).astype(np.int64) // 1000 * 1000
    return [(int(n), int(random.integers(1, owners)), int(random.integers(0, 3)), bool(random.random() < 0.05))
            for n in njop]
