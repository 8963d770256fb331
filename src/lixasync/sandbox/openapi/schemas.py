"""What answers hold, as schemas by name."""

from __future__ import annotations

from .parts import FLAG, TEXT, WHOLE, Json, array, either, record, ref

_PERIOD = {"dateStarted": TEXT, "dateEnded": TEXT, "timePeriod": ref("TimePeriod")}
_WHO = record(
    {},
    {"name": TEXT, "link": TEXT, "li_id": TEXT, "headline": TEXT, "profile_image_url": TEXT},
)
_WHO_CAMEL = record({}, {"name": TEXT, "link": TEXT, "liId": TEXT, "headline": TEXT, "profileImageUrl": TEXT})
_LINKS = record({}, {"liProfileURL": TEXT, "salesNavURL": TEXT, "recruiterURL": TEXT})
_SENDER = {
    "senderFirstName": TEXT, "senderLastName": TEXT, "senderHeadline": TEXT, "senderProfileUrl": TEXT,
    "senderPublicIdentifier": TEXT, "senderProfilePictureUrl": TEXT,
}  # fmt: skip

GENERAL: dict[str, Json] = {
    "Error": record({"error": record({"type": TEXT}, {"message": TEXT})}, {"traceId": TEXT}),
    "Paging": record({}, {"count": WHOLE, "start": WHOLE, "total": WHOLE}),
    "Meta": record({}, {"sequenceId": TEXT}),
    "Balances": record(
        {"emailBalance": WHOLE, "linkedInBalance": WHOLE},
        {
            "lookcBalance": WHOLE,
            "autoTopUpEnabled": record({}, {"standard": FLAG, "org": FLAG}),
            "enterprise": FLAG,
        },
    ),
    "DailyAllowance": record({"requestsRemaining": WHOLE, "refreshesAt": WHOLE}, {"refreshesAtISO": TEXT}),
    "ConnectionRequestAllowance": record(
        {"viewerId": TEXT, "weeklyLimit": WHOLE, "used": WHOLE, "remaining": WHOLE, "nextRefresh": TEXT}
    ),
    "LinkedInAccount": record(
        {"viewerId": TEXT, "linkedInReady": FLAG, "salesNavigatorReady": FLAG},
        {"warmup": record({"status": TEXT, "details": {"type": "object", "additionalProperties": WHOLE}})},
    ),
    "Email": record({"status": TEXT, "alternatives": array(TEXT)}, {"email": TEXT}),
    "PersonByEmail": record(
        {"hits": array(record({"name": TEXT, "liProfileUrl": TEXT}, {"salesNavUrl": TEXT}))},
        {
            "org": record({}, {"name": TEXT, "liProfileUrl": TEXT, "salesNavUrl": TEXT}),
            "domainInfo": record({}, {"isFreeEmailDomain": FLAG}),
        },
    ),
    "PendingRequest": record({"request_id": TEXT, "status": TEXT}),
    "AsyncRequest": record({"status": TEXT}, {"data": ref("PersonByEmail")}),
    "Employee": record(
        {"personId": TEXT},
        {
            "name": TEXT,
            "title": TEXT,
            "dateStarted": TEXT,
            "dateEnded": TEXT,
            "location": TEXT,
            "image": TEXT,
            "links": record({}, {"linkedin": TEXT, "salesNav": TEXT}),
            "currentOrg": record({}, {"orgId": TEXT, "name": TEXT}),
            "tenureAtOrg": ref("Duration"),
            "tenureInRole": ref("Duration"),
        },
    ),
    "Duration": record({}, {"years": WHOLE, "months": WHOLE}),
    "SalesFacet": record({"id": TEXT, "displayValue": TEXT}, {"headline": TEXT, "children": array(ref("SalesFacet"))}),
    "RecruiterFacet": record({"entity": TEXT, "text": TEXT}),
}

PEOPLE: dict[str, Json] = {
    "Person": record(
        {"name": TEXT},
        {
            "description": TEXT,
            "location": TEXT,
            "img": TEXT,
            "twitter": TEXT,
            "aboutSummaryText": TEXT,
            "salesNavLink": TEXT,
            "link": TEXT,
            "experience": array(ref("Experience")),
            "education": array(ref("Education")),
            "skills": array(record({"name": TEXT}, {"numOfEndorsement": WHOLE})),
            "languages": array(record({"name": TEXT}, {"proficiency": TEXT})),
            "numOfConnections": WHOLE,
            "pronoun": TEXT,
        },
    ),
    "Experience": record(
        {},
        {"title": TEXT, "description": TEXT, "location": TEXT, "organisation": ref("LiOrganisation"), **_PERIOD},
    ),
    "Education": record({}, {"institutionName": TEXT, "degree": TEXT, "fieldOfStudy": TEXT, **_PERIOD}),
    "TimePeriod": record({}, {"startedOn": ref("MonthYear"), "endedOn": ref("MonthYear")}),
    "MonthYear": record({}, {"year": WHOLE, "month": WHOLE}),
    "Connection": record(
        {},
        {
            "firstName": TEXT,
            "lastName": TEXT,
            "headline": TEXT,
            "link": TEXT,
            "entityUrn": TEXT,
            "publicIdentifier": TEXT,
            "profile_picture": TEXT,
            "connectedAt": WHOLE,
        },
    ),
    "Position": record(
        {},
        {
            "title": TEXT,
            "companyName": TEXT,
            "companyUrn": TEXT,
            "location": TEXT,
            "employmentType": TEXT,
            "startDate": ref("MonthYear"),
            "endDate": ref("MonthYear"),
        },
    ),
    "Hirer": record({"name": TEXT}, {"img": TEXT, "headline": TEXT, "link": TEXT}),
    "Follower": record(
        {"entityUrn": TEXT},
        {
            "publicIdentifier": TEXT,
            "firstName": TEXT,
            "lastName": TEXT,
            "profilePictureUrl": TEXT,
            "headline": TEXT,
            "followedAt": TEXT,
            "memberDistance": TEXT,
        },
    ),
    "PersonIds": either(
        record({"person_ids": ref("PersonIdFields")}),
        record({"personIds": ref("PersonIdFields")}, {"links": _LINKS}),
        record({"liID": TEXT, "salesNavID": TEXT, "lixID": TEXT}),
    ),
    "PersonIdFields": record({}, {"liID": TEXT, "salesNavID": TEXT, "lixID": TEXT, "uuid": TEXT}),
}

COMPANIES: dict[str, Json] = {
    "LiOrganisation": record(
        {"name": TEXT},
        {
            "link": TEXT,
            "industry": TEXT,
            "website": TEXT,
            "description": TEXT,
            "headquarters": TEXT,
            "companyType": TEXT,
            "liEmployeeCount": WHOLE,
            "size": TEXT,
            "specialities": TEXT,
            "numberOfInvestmentRounds": WHOLE,
            "followers": WHOLE,
            "crunchbaseId": TEXT,
            "salesNavLink": TEXT,
            "logoUrl": TEXT,
        },
    ),
    "OrganisationProfile": record(
        {"name": TEXT},
        {
            "industry": TEXT,
            "size": TEXT,
            "logoUrl": TEXT,
            "hqCountry": TEXT,
            "foundedYear": WHOLE,
            "website": TEXT,
            "description": TEXT,
            "orgType": TEXT,
            "employeeCount": WHOLE,
            "specialities": TEXT,
            "followerCount": WHOLE,
            "jobOpeningsCount": WHOLE,
            "headquartersAddress": TEXT,
            "salesNavUrl": TEXT,
            "linkedinUrl": TEXT,
        },
    ),
    "OrganisationIdFields": record(
        {"id": WHOLE}, {"name": TEXT, "liID": TEXT, "salesNavID": TEXT, "uuid": TEXT, "liProfileIsDeleted": FLAG}
    ),
    "OrganisationIds": either(record({"organisationIds": ref("OrganisationIdFields")}), ref("OrganisationIdFields")),
    "Organisation": record(
        {},
        {
            "liOrganisation": ref("LiOrganisation"),
            "organisationIds": ref("OrganisationIdFields"),
            "profile": ref("OrganisationProfile"),
            "links": _LINKS,
            "error": TEXT,
        },
    )
    | {"minProperties": 1},
    "OrganisationsByWebsite": record(
        {
            "organisations": array(
                either(
                    record({"org": ref("OrganisationIdFields"), "profile": ref("OrganisationProfile")}),
                    ref("LiOrganisation"),
                )
            )
        },
        {"paging": ref("Paging")},
    ),
}

WRITTEN: dict[str, Json] = {
    "FoundPost": record(
        {"id": TEXT},
        {
            "text": TEXT,
            "embeddedObject": record({}, {"title": TEXT}),
            "actor": record({}, {"id": TEXT, "name": TEXT, "url": TEXT}),
            "numReactions": array(record({"reactionType": TEXT, "count": WHOLE})),
            "commentCount": WHOLE,
            "createdAt": WHOLE,
        },
    ),
    "Post": record({"urn": TEXT}, {"text": TEXT, "createdAt": TEXT, "numLikes": WHOLE, "numComments": WHOLE}),
    "OwnPost": record({"id": TEXT}, {"content": TEXT, "timestamp": WHOLE, "likes": WHOLE, "comments": WHOLE}),
    "OwnComment": record({"id": TEXT}, {"content": TEXT, "timestamp": WHOLE, "likes": WHOLE, "post_id": TEXT}),
    "OwnReaction": record(
        {"post_urn": TEXT},
        {
            "date_reacted": TEXT,
            "post_commentary": TEXT,
            "num_reactions": WHOLE,
            "num_comments": WHOLE,
            "num_shares": WHOLE,
            "post_actor": record({}, {"name": TEXT, "link": TEXT}),
        },
    ),
    "PostComment": either(
        record(
            {"comment_urn": TEXT, "post_urn": TEXT, "author": _WHO},
            {
                "text": TEXT,
                "permalink": TEXT,
                "created_at": TEXT,
                "num_reactions": WHOLE,
                "num_replies": WHOLE,
                "reaction_breakdown": array(record({"reaction_type": TEXT, "count": WHOLE})),
            },
        ),
        record(
            {"commentUrn": TEXT, "postUrn": TEXT, "author": _WHO_CAMEL},
            {
                "text": TEXT,
                "permalink": TEXT,
                "createdAt": TEXT,
                "numReactions": WHOLE,
                "numReplies": WHOLE,
                "reactionBreakdown": array(record({"reactionType": TEXT, "count": WHOLE})),
            },
        ),
    ),
    "PostReaction": either(
        record({"reaction_type": TEXT, "count": WHOLE, "reactors": array(_WHO)}),
        record({"reactionType": TEXT, "actor": _WHO_CAMEL}),
    ),
    "FoundJob": record({"title": TEXT}, {"formattedLocation": TEXT, "jobPostingId": WHOLE, "jobPostingUrl": TEXT}),
    "JobPosting": record(
        {"title": TEXT},
        {
            "description": record({"text": TEXT}),
            "formattedLocation": TEXT,
            "employmentStatusResolutionResult": record({}, {"localizedName": TEXT}),
            "jobPostingUrl": TEXT,
            "jobPostingId": WHOLE,
            "formattedJobFunctions": array(TEXT),
            "formattedIndustries": array(TEXT),
            "companyDetails": {"type": "object", "additionalProperties": True},
        },
    ),
    "Message": record(
        {"backendUrn": TEXT, "conversationUrn": TEXT, "deliveredAt": WHOLE, "senderHostIdentityUrn": TEXT},
        {"backendConversationUrn": TEXT, "bodyText": TEXT, "originToken": TEXT, **_SENDER},
    ),
    "Participant": record(
        {"hostIdentityUrn": TEXT},
        {
            "firstName": TEXT,
            "lastName": TEXT,
            "headline": TEXT,
            "profileUrl": TEXT,
            "publicIdentifier": TEXT,
            "profilePictureUrl": TEXT,
        },
    ),
    "Conversation": record(
        {"backendUrn": TEXT, "conversationUrn": TEXT, "participants": array(ref("Participant"))},
        {
            "title": TEXT,
            "createdAt": WHOLE,
            "lastActivityAt": WHOLE,
            "unreadCount": WHOLE,
            "read": FLAG,
            "groupChat": FLAG,
            "conversationUrl": TEXT,
            "lastMessage": ref("Message"),
        },
    ),
    "SalesMessage": record({"id": TEXT, "type": TEXT, "deliveredAt": WHOLE}, {"body": TEXT}),
    "SalesThread": record(
        {"id": TEXT, "totalMessageCount": WHOLE, "messages": array(ref("SalesMessage"))},
        {"nextPageStartsAt": WHOLE, "unreadMessageCount": WHOLE, "archived": FLAG, "participants": array(TEXT)},
    ),
    "SalesMember": record({}, {"firstName": TEXT, "lastName": TEXT, "fullName": TEXT, "objectUrn": TEXT}),
}

SCHEMAS: dict[str, Json] = {**GENERAL, **PEOPLE, **COMPANIES, **WRITTEN}
"""Every schema by its name."""
