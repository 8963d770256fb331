"""Connections of LinkedIn's own API, loaded by modified-since: each change once, and only with permission."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dlt.pipeline.exceptions import PipelineStepFailed
from dlt_runs import FAST, PERMISSION, Warehouse, server, targets, warehouse

from lixasync import AccessToken, InvalidArgumentError, UsageError
from lixasync.dlt import changes, fetch
from lixasync.sandbox import Sandbox

__all__ = ["server", "warehouse"]


class TestChanges:
    @staticmethod
    def run(warehouse: Warehouse, **options: Any) -> None:
        warehouse.pipeline.run(changes(permission=PERMISSION, **{**FAST, **options}))

    def test_everybody_at_first_and_then_who_is_new(self, warehouse: Warehouse, server: Sandbox) -> None:
        self.run(warehouse)
        ((known,),) = warehouse.rows("SELECT count(*) FROM connections")
        assert known > 500
        assert "modified=new&modified-since=1041379200000" in targets(server)[0]
        began = len(server.events())
        server.linkedin.advance(3600)
        for _ in range(3):
            server.linkedin.connect()
        self.run(warehouse)
        asked = targets(server)[began:]
        since = datetime.fromtimestamp(int(asked[0].rpartition("modified-since=")[2]) / 1000, UTC)
        assert len(asked) == 1
        assert abs(since - datetime.now(UTC)) < timedelta(minutes=6)
        assert warehouse.rows("SELECT count(*), count(DISTINCT id) FROM connections") == [(known + 3, known + 3)]

    def test_what_the_overlap_repeats_is_not_loaded_again(self, warehouse: Warehouse, server: Sandbox) -> None:
        server.linkedin.connect()
        since = datetime.now(UTC) - timedelta(minutes=1)
        self.run(warehouse, since=since)
        self.run(warehouse, since=since)
        assert len(server.events()) == 2
        assert warehouse.pipeline.last_trace.last_normalize_info.row_counts.get("connections", 0) == 0
        assert warehouse.rows("SELECT count(*) FROM connections") == [(1,)]

    def test_a_run_that_fails_forgets_nothing(self, warehouse: Warehouse, server: Sandbox) -> None:
        server.linkedin.connect()
        since = datetime.now(UTC) - timedelta(minutes=1)

        def fail(_row: Any) -> Any:
            raise RuntimeError("no")

        with pytest.raises(PipelineStepFailed):
            warehouse.pipeline.run(changes(permission=PERMISSION, since=since, **FAST).add_map(fail))
        self.run(warehouse, since=since)
        assert warehouse.rows("SELECT count(*) FROM connections") == [(1,)]

    def test_updated_profiles_take_the_place_of_the_old_ones(self, warehouse: Warehouse, server: Sandbox) -> None:
        options = {"modified": "updated", "fields": "id,headline", "since": datetime.now(UTC) - timedelta(minutes=1)}
        server.linkedin.update(3)
        self.run(warehouse, **options)
        (before,) = warehouse.rows("SELECT headline FROM connections")
        server.linkedin.update(3)
        self.run(warehouse, **options)
        (after,) = warehouse.rows("SELECT headline FROM connections")
        assert before != after

    def test_members_who_hide_are_all_there(self, warehouse: Warehouse, server: Sandbox) -> None:
        server.reset(linkedin_private_every=1)
        for _ in range(2):
            server.linkedin.connect()
        self.run(warehouse, since=datetime.now(UTC) - timedelta(minutes=1))
        ((rows, ids),) = warehouse.rows("SELECT count(*), count(DISTINCT id) FROM connections")
        assert (rows, ids) == (2, 1)


class TestFace:
    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"modified": "nwe"}, "'nwe' is not known"),
            ({"fields": ""}, "field"),
            ({"page_size": 40}, "LinkedInClient has no setting 'page_size'"),
            ({"generation": "1999"}, "generation"),
        ],
    )
    def test_mistakes_are_found_when_the_resource_is_made(self, options: dict[str, Any], text: str) -> None:
        with pytest.raises(UsageError, match=text):
            changes(permission=PERMISSION, **options)

    def test_another_way_to_show_who_asks(self, warehouse: Warehouse, server: Sandbox) -> None:
        token = AccessToken(server.settings.linkedin_token)
        warehouse.pipeline.run(changes(permission=PERMISSION, auth=token, **FAST))
        assert warehouse.rows("SELECT count(*) > 500 FROM connections") == [(True,)]


class TestPermission:
    @pytest.mark.parametrize("permission", [None, "", "yes"])
    def test_what_linkedin_answers_is_not_stored_without(self, tmp_path: Path, permission: Any) -> None:
        with pytest.raises(InvalidArgumentError, match="terms forbid"):
            changes(permission=permission)
        with pytest.raises(InvalidArgumentError, match="terms forbid"):
            fetch("linkedin.search.people", [{}], checkpoint=tmp_path, permission=permission)

    def test_searches_with_it(self, warehouse: Warehouse, server: Sandbox) -> None:
        given = [{"keywords": "harbour"}]
        members = fetch("linkedin.search.people", given, checkpoint=warehouse.checkpoint, permission=PERMISSION, **FAST)
        warehouse.pipeline.run(members)
        assert warehouse.rows("SELECT error FROM linkedin_search_people_inputs") == [(None,)]
