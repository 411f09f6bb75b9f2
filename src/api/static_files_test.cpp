// The interface's files: what an address gives, with which headers, and what it never gives.
#include "api/static_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "api/dispatch.h"

namespace utsyn::api {
namespace {

namespace fs = std::filesystem;

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

class Files : public testing::Test {
 protected:
  Files() : folder(fs::temp_directory_path() / ("utsyn-web-" + std::to_string(getpid()))) {
    fs::create_directories(folder / "dist/assets");
    write("secret.txt", "secret");
    write("dist/index.html", "<!doctype html><title>Utsyn</title>");
    write("dist/assets/index-abc.js", "hello()");
    write("dist/assets/index-abc.js.gz", "packed");
    write("dist/favicon.svg", "<svg/>");
    fs::create_symlink(folder / "secret.txt", folder / "dist/out.txt");
    context.web = *StaticFiles::open(folder / "dist");
  }
  ~Files() override { fs::remove_all(folder); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  Response get(std::string_view target, const std::multimap<std::string, std::string>& headers = {},
               std::string_view method = "GET") {
    auto request = request_of(method, target);
    for (const auto& [name, value] : headers) request.headers.emplace(name, value);
    return dispatch(context, router, request);
  }

  fs::path folder;
  Context context;
  Router router;
};

TEST_F(Files, EveryAddressOfTheInterfaceIsItsPage) {
  for (const auto* target :
       {"/", "/login", "/first-start", "/organisation/x/findings?state=open", "/a/b/c"}) {
    const auto page = get(target);
    EXPECT_EQ(page.status, 200) << target;
    EXPECT_EQ(page.type, "text/html; charset=utf-8") << target;
    EXPECT_NE(page.body.find("<title>Utsyn"), std::string::npos) << target;
    EXPECT_EQ(header_of(page, "Cache-Control"), "no-cache") << target;
  }
}

TEST_F(Files, ThePolicyAllowsNothingInline) {
  const auto policy = header_of(get("/"), "Content-Security-Policy");
  EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(policy.find("style-src 'self';"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST_F(Files, HashedFilesAreKeptForever) {
  const auto script = get("/assets/index-abc.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script.body, "hello()");
  EXPECT_EQ(header_of(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header_of(get("/favicon.svg"), "Cache-Control"), "no-cache");
}

TEST_F(Files, PackedWhenTheBrowserTakesIt) {
  const auto packed = get("/assets/index-abc.js", {{"accept-encoding", "br, gzip;q=0.8"}});
  EXPECT_EQ(packed.body, "packed");
  EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(header_of(packed, "Vary"), "Accept-Encoding");
  const auto refused = get("/assets/index-abc.js", {{"accept-encoding", "gzip;q=0"}});
  EXPECT_EQ(refused.body, "hello()");
  EXPECT_NE(header_of(packed, "ETag"), header_of(refused, "ETag"));
  EXPECT_EQ(header_of(get("/", {{"accept-encoding", "gzip"}}), "Content-Encoding"), "");
}

TEST_F(Files, WhatTheBrowserHasIsNotSentAgain) {
  const auto etag = header_of(get("/"), "ETag");
  const auto again = get("/", {{"if-none-match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  EXPECT_EQ(get("/", {{"if-none-match", "\"other\""}}).status, 200);
}

TEST_F(Files, NothingOutsideTheFolder) {
  for (const auto* target : {"/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt",
                             "/out.txt", "/assets%2findex-abc.js"}) {
    const auto answer = get(target);
    EXPECT_EQ(answer.body.find("secret"), std::string::npos) << target;
    EXPECT_NE(answer.body, "hello()") << target;
  }
  EXPECT_EQ(get("/assets/none.js").status, 404);
  EXPECT_EQ(get("/assets/index-abc.js.gz").status, 404);
}

TEST_F(Files, TheApiIsNotTheInterface) {
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  EXPECT_EQ(get("/api").status, 404);
  EXPECT_EQ(get("/.well-known/nothing").status, 404);
  EXPECT_EQ(get("/login", {}, "POST").status, 404);
  EXPECT_EQ(get("/login", {}, "HEAD").status, 200);
  context.web = nullptr;
  EXPECT_EQ(get("/").status, 404);
}

TEST_F(Files, AFolderWithoutThePageIsRefused) {
  const auto none = StaticFiles::open(folder / "dist/assets");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().find("scripts/web"), std::string::npos);
}

}  // namespace
}  // namespace utsyn::api
