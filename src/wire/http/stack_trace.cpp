#include "wire/http/stack_trace.h"

#include <algorithm>
#include <array>

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxBody = 262144;

struct Signature {
  VerboseError error;
  std::array<std::string_view, 3> markers;  // all of them; empty ones do not count
};

// The most specific first: Werkzeug's console also shows a Python traceback.
constexpr Signature kSignatures[] = {
    {{"Werkzeug", true}, {"werkzeug", "EVALEX", "__debugger__"}},
    {{"Werkzeug", true}, {"Werkzeug Debugger", "debugger", "traceback"}},
    {{"Laravel Ignition", true}, {"_ignition/", "stack", "ignition"}},
    {{"Laravel Ignition", true}, {"window.ignite", "report", ""}},
    {{"Laravel Ignition", true}, {"window.ignite(", "Illuminate\\", ""}},
    {{"Laravel", false}, {"Whoops, looks like something went wrong", "Illuminate\\", ""}},
    {{"Whoops", false}, {"Whoops container", "frame-code", ""}},
    {{"Django", false},
     {"You're seeing this error because you have <code>DEBUG = True</code>", "Django", ""}},
    {{"Django", false}, {"You&#x27;re seeing this error because you have <code>DEBUG = True</code>", "", ""}},
    {{"Django", false}, {"Request Method:", "Django Version:", "Exception"}},
    {{"Symfony", false}, {"Symfony\\Component\\", "exception", "trace"}},
    {{"Symfony", false}, {"/_profiler/", "sf-toolbar", ""}},
    {{"Symfony", false}, {"Symfony\\Component\\", "/_profiler/", "Exception"}},
    {{"ASP.NET", false}, {"Server Error in '", "Description:", "Stack Trace:"}},
    {{"ASP.NET", false}, {"Server Error in '", "ASP.NET Version:", ""}},
    {{"ASP.NET", false}, {"Server Error in &#39;", "Description:", "Stack Trace:"}},
    {{"ASP.NET Core", false},
     {"An unhandled exception occurred while processing the request.", "Stack", "rawExceptionDetails"}},
    {{"Ruby on Rails", true}, {"Action Controller: Exception caught", "web-console", ""}},
    {{"Ruby on Rails", false}, {"Action Controller: Exception caught", "Rails.root:", ""}},
    {{"Ruby on Rails", false}, {"No route matches [", "Rails.root:", ""}},
    {{"Spring Boot", false}, {"Whitelabel Error Page", "\tat org.springframework.", ""}},
    {{"Tomcat", false}, {"Apache Tomcat", "\tat org.apache.", ""}},
    {{"Tomcat", false}, {"Apache Tomcat", "&#47;", "java.lang."}},
    {{"Java", false}, {"\tat java.", ".java:", "Exception"}},
    {{"Java", false}, {"\tat org.", ".java:", "Exception"}},
    {{"Java", false}, {"\tat com.", ".java:", "Exception"}},
    {{"Java", false}, {"    at java.", ".java:", "Exception"}},
    {{"PHP", false}, {"Fatal error</b>:", " on line <b>", ".php"}},
    {{"PHP", false}, {"PHP Fatal error:", " on line ", ".php"}},
    {{"PHP", false}, {"Fatal error: Uncaught", "Stack trace:", ".php"}},
    {{"PHP", false}, {"Warning</b>:", " on line <b>", ".php"}},
    {{"Python", false}, {"Traceback (most recent call last)", "File \"/", ", line "}},
    {{"Python", false}, {"Traceback (most recent call last)", "File &quot;/", ", line "}},
    {{"Node.js", false}, {"Error: ", "    at ", "/node_modules/"}},
    {{"Node.js", false}, {"Error: ", " &nbsp; &nbsp;at ", "node_modules"}},
    {{"Node.js", false}, {"Error: ", "node:internal/", "    at "}},
    {{".NET", false}, {"System.", "Exception", "   at Microsoft."}},
};

}  // namespace

std::optional<VerboseError> find_verbose_error(std::string_view body) {
  body = body.substr(0, kMaxBody);
  for (const auto& signature : kSignatures) {
    const bool all = std::all_of(signature.markers.begin(), signature.markers.end(),
                                 [&](auto marker) { return body.find(marker) != std::string_view::npos; });
    if (all) return signature.error;
  }
  return std::nullopt;
}

}  // namespace utsyn::wire
