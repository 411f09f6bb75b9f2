#include "wire/http/stack_trace.h"

#include <gtest/gtest.h>

namespace utsyn::wire {
namespace {

TEST(FindVerboseError, NamesTheFramework) {
  const struct {
    std::string_view body, framework;
    bool may_run_code;
  } rows[] = {
      {"<p>You're seeing this error because you have <code>DEBUG = True</code> in your Django settings file.",
       "Django", false},
      {"<th>Request Method:</th><th>Django Version:</th><td>4.2</td><th>Exception Type:</th>", "Django",
       false},
      {"<title>Debugger</title><link href=\"?__debugger__=yes&cmd=resource\"> EVALEX = true; // werkzeug",
       "Werkzeug", true},
      {"<script src=\"/_ignition/x\"></script> ignition stack", "Laravel Ignition", true},
      {"<h1>Server Error in '/' Application.</h1><b> Description: </b><b>Stack Trace:</b>", "ASP.NET", false},
      {"<h1>Server Error in '/' Application.</h1><b>Version Information:</b> ASP.NET Version:4.8", "ASP.NET",
       false},
      {"<script>window.ignite({});</script> Illuminate\\Routing\\Router", "Laravel Ignition", true},
      {"<a href=\"/_profiler/abc\">Symfony\\Component\\HttpKernel\\Exception\\NotFoundHttpException</a>",
       "Symfony", false},
      {"<div class=\"trace\">Symfony\\Component\\HttpKernel\\exception</div>", "Symfony", false},
      {"java.lang.NullPointerException\n\tat java.base/java.lang.Thread.run(Thread.java:829)", "Java", false},
      {"<h1>Whitelabel Error Page</h1>\n\tat org.springframework.web.Servlet", "Spring Boot", false},
      {"<b>Fatal error</b>:  Uncaught Error in <b>/var/www/a.php</b> on line <b>3</b>", "PHP", false},
      {"PHP Fatal error:  x in /var/www/a.php on line 3", "PHP", false},
      {"Traceback (most recent call last):\n  File \"/srv/app.py\", line 3", "Python", false},
      {"Error: x\n    at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)", "Node.js",
       false},
      {"<title>Action Controller: Exception caught</title> Rails.root: /app", "Ruby on Rails", false},
  };
  for (const auto& row : rows) {
    const auto error = find_verbose_error(row.body);
    ASSERT_TRUE(error) << row.body;
    EXPECT_EQ(*error, (VerboseError{row.framework, row.may_run_code})) << row.body;
  }
}

TEST(FindVerboseError, LeavesOrdinaryPagesAlone) {
  for (const std::string_view body :
       {"", "<title>404 Not Found</title><hr>nginx/1.18.0", "We write Django and Laravel applications.",
        "<h1>HTTP Status 404</h1><h3>Apache Tomcat/9.0.50</h3>", "Whitelabel Error Page",
        "Server Error in our stars", "A Java Exception happened"}) {
    EXPECT_FALSE(find_verbose_error(body)) << body;
  }
}

}  // namespace
}  // namespace utsyn::wire
