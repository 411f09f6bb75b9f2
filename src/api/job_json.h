// A job as the API tells it, cut to what the reader may see; why it failed in their language (details.h).
#pragma once

#include <boost/json.hpp>

#include "access/access.h"
#include "engine/jobs.h"

namespace utsyn::api {

boost::json::object job_json(const engine::Job& job, const access::Access& access, std::string_view language);

}  // namespace utsyn::api
