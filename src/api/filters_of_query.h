// Filters in the query that a list and its table have in common.
#pragma once

#include "access/audit_reading.h"
#include "api/route.h"
#include "followup/finding_list.h"

namespace utsyn::api {

followup::Filter finding_filter_of_query(const Request& request);  // 422 for what cannot be read
access::AuditFilter audit_filter_of_query(const Request& request);

}  // namespace utsyn::api
