"""The operations about one person, company, job or post."""

from __future__ import annotations

from .parts import COUNT, FLAG, START, TEXT, WHOLE, Json, Operation, Parameter, array, record, ref

_LINK = Parameter(name="profile_link", says="The address of a profile.", required=True)
_POST = Parameter(name="post_urn", says="The URN of a post.", required=True)
_JOB = Parameter(name="job_id", says="The number of a job.", required=True)
_TOKEN_PARAMETERS = (
    Parameter(name="start", says="How many to pass over, where no token says it.", schema=START),
    Parameter(name="pagination_token", says="The token of the page before; each page has another.", sample=False),
)


def _tokened(key: str, item: Json, *, others: dict[str, Json] | None = None) -> Json:
    """Describe a page that carries the token of the next one, if there is one."""
    return record(
        {key: array(item), "paging": ref("Paging")},
        {"pagination_token": TEXT, "paginationToken": TEXT, "dateObserved": TEXT, **(others or {})},
    )


ENRICHMENT = (
    Operation(
        id="get_job_posting",
        path="/v1/enrich/job",
        says="One job.",
        answer=record({"jobPosting": ref("JobPosting")}),
        viewer="optional",
        parameters=(_JOB,),
    ),
    Operation(
        id="get_post",
        path="/v1/enrich/post",
        says="One post.",
        answer=ref("Post"),
        viewer="optional",
        parameters=(_POST,),
    ),
    Operation(
        id="get_person",
        path="/v1/person",
        says="One person's profile; one of profile_link and email is required.",
        answer=ref("Person"),
        viewer="optional",
        parameters=(
            Parameter(name="profile_link", says="The address of a profile."),
            Parameter(name="email", says="The person's email address.", sample=False),
        ),
    ),
    Operation(
        id="get_person_employment",
        path="/v1/person/employment",
        says="The jobs of a person; exactly one of profile_link and profile_id is required.",
        answer=record({"experiences": array(ref("Position"))}),
        viewer="optional",
        parameters=(
            Parameter(name="profile_link", says="The address of a profile."),
            Parameter(name="profile_id", says="The public name in that address.", sample=False),
        ),
    ),
    Operation(
        id="get_person_extended",
        path="/v1/person/extended",
        says="What LinkedIn says of a person beyond the profile.",
        answer=record({"topVoice": FLAG}),
        viewer="optional",
        parameters=(_LINK,),
    ),
    Operation(
        id="send_connection_request",
        method="post",
        path="/v1/connections/send",
        says="Ask a person to connect.",
        answer=record({"success": FLAG}, {"entity_urn": TEXT}),
        body=record(
            {"viewer_id": TEXT},
            {"profile_link": TEXT, "profile_id": TEXT, "message": TEXT | {"maxLength": 300}},
        ),
    ),
    Operation(
        id="get_organisation",
        path="/v1/organisations/by-linkedin",
        says="One organisation; exactly one of linkedin_url and sales_nav_url is required.",
        answer=ref("Organisation"),
        viewer="optional",
        parameters=(
            Parameter(name="linkedin_url", says="The address of the organisation at LinkedIn."),
            Parameter(name="sales_nav_url", says="Its address in Sales Navigator.", sample=False),
        ),
        kind="org",
    ),
    Operation(
        id="list_organisations_by_website",
        path="/v1/organisations/by-website",
        says="The organisations of a website, five at most.",
        answer=ref("OrganisationsByWebsite"),
        parameters=(Parameter(name="website", says="A website or a domain.", required=True),),
        kind="org",
    ),
    Operation(
        id="list_organisations_by_domain",
        path="/v1/organisations/by-domain/{domain}",
        says="The organisations of a domain, five at most.",
        answer=ref("OrganisationsByWebsite"),
        parameters=(Parameter(name="domain", says="A domain.", required=True, place="path"),),
        kind="org",
    ),
    Operation(
        id="list_post_comments",
        path="/v1/enrich/post/comments",
        says="The comments on a post.",
        answer=_tokened("comments", ref("PostComment")),
        viewer="optional",
        parameters=(_POST, *_TOKEN_PARAMETERS),
        paging="pagination_token",
        page_size=10,
    ),
    Operation(
        id="list_post_reactions",
        path="/v1/enrich/post/reactions",
        says="The reactions to a post; paging counts people, however they are grouped.",
        answer=_tokened("reactions", ref("PostReaction"), others={"total_reactions": WHOLE}),
        parameters=(_POST, *_TOKEN_PARAMETERS),
        paging="pagination_token",
        page_size=10,
    ),
    Operation(
        id="list_company_followers",
        path="/v1/organisations/followers",
        says="Who follows an organisation.",
        answer=record({"followers": array(ref("Follower")), "paging": ref("Paging")}),
        viewer="required",
        parameters=(
            Parameter(
                name="profile_link",
                says="The address of an organisation, at LinkedIn or in Sales Navigator.",
                required=True,
            ),
            Parameter(name="start", says="How many to pass over.", schema=START),
            Parameter(name="count", says="How many to list at most.", schema=COUNT),
        ),
        paging="start",
        page_size=100,
    ),
)

ACTIVITY = tuple(
    Operation(
        id=f"list_person_{key}",
        path=f"/v1/person/li/activity/{key}",
        says=says,
        answer=_tokened(key, ref(item)),
        viewer="optional",
        parameters=(_LINK, *_TOKEN_PARAMETERS),
        paging="pagination_token",
        page_size=25,
    )
    for key, item, says in (
        ("posts", "OwnPost", "What a person has posted."),
        ("comments", "OwnComment", "What a person has commented."),
        ("reactions", "OwnReaction", "What a person has reacted to."),
    )
)
