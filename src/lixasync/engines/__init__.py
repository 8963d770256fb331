"""Jobs on many machines: chunks that anything can work on which calls a coroutine at least once.

``from lixasync.engines import plan, run_chunk, collect`` is where to begin.
"""

from __future__ import annotations

from lixasync.engines.chunk import Chunk as Chunk
from lixasync.engines.collecting import collect as collect
from lixasync.engines.collecting import recall as recall
from lixasync.engines.dispatch import comes_back as comes_back
from lixasync.engines.dispatch import follow as follow
from lixasync.engines.planning import plan as plan
from lixasync.engines.running import ChunkEnd as ChunkEnd
from lixasync.engines.running import run_chunk as run_chunk
from lixasync.engines.stores.base import ChunkStore as ChunkStore
from lixasync.engines.stores.base import ConflictError as ConflictError
from lixasync.engines.stores.base import Stored as Stored
from lixasync.engines.stores.urls import open_store as open_store
from lixasync.engines.watching import StoreState as StoreState
from lixasync.engines.watching import poll_once as poll_once
from lixasync.errors import ChunkTakenError as ChunkTakenError
