/** The media type of an access token without `application/` (RFC 9068 section 2.1). No other token of ours has it. */
export const ACCESS_TYPE = "at+jwt";
