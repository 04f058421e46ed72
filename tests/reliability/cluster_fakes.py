"""A batch of the fake model on a cluster, as a program: ``python cluster_fakes.py DIR RUNS CLUSTER``.

It ends with the exit code of the error. The model is known by the digest of the real one, as the workers know it.
"""

import os
import sys

import batch_fakes

from experiments import manifest
from experiments.errors import PeninsulaError

REAL_DIGEST = manifest.model_digest


def install(put):
    """Put the fake model in the place of the real one, also for workers that were not told; ``put`` sets an attribute."""
    batch_fakes.install(put)
    put(manifest, "model_digest", REAL_DIGEST)


def suffer(faults):
    """Called in a worker: faults of the fake model from now on."""
    os.environ[batch_fakes.FAULTS] = faults


def main(out, runs, cluster):
    install(setattr)
    try:
        batch_fakes.run_plain(out, int(runs), jobs=2, block=64, command="again", cluster=cluster)
    except PeninsulaError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
