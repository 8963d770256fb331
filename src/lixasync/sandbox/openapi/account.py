"""The operations of accounts, connections, contacts and ids."""

from __future__ import annotations

from .parts import COUNT, FLAG, START, TEXT, Operation, Parameter, array, either, record, ref

_ONE_OF = "Exactly one of sales_nav_id, li_flagship_id and lix_id is required."
_IDS = (
    Parameter(name="sales_nav_id", says=f"The id in Sales Navigator. {_ONE_OF}", sample=False),
    Parameter(name="li_flagship_id", says=f"The public name in the address at LinkedIn. {_ONE_OF}"),
    Parameter(name="lix_id", says=f"Lix's own id. {_ONE_OF}", sample=False),
)
_CONNECTIONS = record({"elements": array(ref("Connection")), "paging": ref("Paging")})

LIX_ACCOUNT = (
    Operation(
        id="get_balances",
        path="/v1/account/balances",
        says="The credits that are left.",
        answer=ref("Balances"),
        kind="free",
        cost=0,
    ),
    Operation(
        id="get_daily_allowance",
        path="/v1/account/allowances/daily",
        says="How many paid answers are left today.",
        answer=ref("DailyAllowance"),
        kind="free",
        cost=0,
    ),
    Operation(
        id="get_connection_request_allowance",
        path="/v1/account/connections/remaining",
        says="How many connection requests are left this week.",
        answer=ref("ConnectionRequestAllowance"),
        viewer="required",
        kind="free",
        cost=0,
    ),
)

LINKEDIN_ACCOUNT = (
    Operation(
        id="list_connections",
        path="/v1/connections",
        says="The connections of a viewer, the newest first.",
        answer=either(record({"connections_response": _CONNECTIONS}), _CONNECTIONS),
        viewer="required",
        parameters=(
            Parameter(name="start", says="How many to pass over.", schema=START),
            Parameter(name="count", says="How many to list at most.", schema=COUNT),
            Parameter(name="include_profile_pictures", says="Whether to say where pictures are.", schema=FLAG),
        ),
        paging="start",
        page_size=10,
    ),
    Operation(
        id="put_linkedin_account",
        method="put",
        path="/v1/account/linkedin/account",
        says="Connect a LinkedIn account, or refresh its cookies.",
        answer=record({"viewer_id": TEXT}),
        body=record(
            {
                "cookies": array(
                    record({"key": TEXT | {"minLength": 1, "maxLength": 10_000}, "value": TEXT | {"maxLength": 10_000}})
                )
                | {"minItems": 1}
            }
        ),
        kind="free",
        cost=0,
    ),
    Operation(
        id="get_linkedin_account",
        path="/v1/account/linkedin/account",
        says="How a connected LinkedIn account is doing.",
        answer=ref("LinkedInAccount"),
        viewer="required",
        kind="free",
        cost=0,
    ),
    Operation(
        id="list_linkedin_accounts",
        path="/v1/account/linkedin/accounts",
        says="Every connected LinkedIn account.",
        answer=array(ref("LinkedInAccount")),
        parameters=(Parameter(name="page", says="Which page, from 1.", schema=COUNT),),
        kind="free",
        cost=0,
        paging="page",
        page_size=5,
    ),
)

DISAMBIGUATION = (
    Operation(
        id="get_person_ids",
        path="/v1/person/ids",
        says="Every id of a person, given one of them.",
        answer=ref("PersonIds"),
        parameters=_IDS,
        kind="org",
    ),
    Operation(
        id="get_organisation_ids",
        path="/v1/organisation/ids",
        says="Every id of an organisation, given one of them.",
        answer=ref("OrganisationIds"),
        parameters=_IDS,
        kind="org",
    ),
)

CONTACT = (
    Operation(
        id="find_email_by_linkedin",
        path="/v1/contact/email/by-linkedin",
        says="The email address of a person; the credit is taken for a VALID one only.",
        answer=ref("Email"),
        parameters=(Parameter(name="url", says="The address of a profile.", required=True),),
        kind="email",
    ),
)

LOOKC = (
    Operation(
        id="find_person_by_email",
        path="/v1/search/person/by-email",
        says="Who has an email address; or the id of a request that takes its time.",
        answer=either(ref("PersonByEmail"), ref("PendingRequest")),
        parameters=(Parameter(name="email", says="The email address.", required=True),),
        kind="org",
    ),
    Operation(
        id="get_async_request",
        path="/v1/request",
        says="What has become of a request that takes its time.",
        answer=ref("AsyncRequest"),
        parameters=(Parameter(name="request_id", says="The id of the request.", required=True),),
        kind="free",
        cost=0,
    ),
    Operation(
        id="list_organisation_employees",
        path="/org/{org_id}/employees",
        says="Who works for an organisation.",
        answer=record(
            {
                "employees": array(ref("Employee")),
                "paging": record({"_links": record({}, {"next": TEXT})}),
            }
        ),
        parameters=(
            Parameter(name="org_id", says="LookC's id of the organisation.", required=True, place="path"),
            Parameter(name="after", says="The cursor in the address of the next page.", sample=False),
            Parameter(name="page_size", says="How many to list at most.", schema=COUNT),
        ),
        kind="org",
        paging="after",
        page_size=25,
    ),
)
