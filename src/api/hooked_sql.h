// Two small Sqls around another: one that adds to every transaction of a handler, and one that is a single
// open transaction.
#pragma once

#include <functional>
#include <memory>

#include "store/sql.h"

namespace utsyn::api {

// Calls `before` and `after` inside each write() around its work; what they throw rolls it back.
class HookedSql : public store::Sql {
 public:
  using Hook = std::function<void(store::Connection&)>;
  HookedSql(std::shared_ptr<store::Sql> inner, Hook before, Hook after)
      : inner_(std::move(inner)), before_(std::move(before)), after_(std::move(after)) {}
  store::Dialect dialect() const override { return inner_->dialect(); }

 protected:
  void run(bool writing, const std::function<void(store::Connection&)>& work) override {
    if (!writing) {
      inner_->read([&](store::Connection& connection) { work(connection); });
      return;
    }
    inner_->write([&](store::Connection& connection) {
      if (before_) before_(connection);
      work(connection);
      if (after_) after_(connection);
    });
  }

 private:
  std::shared_ptr<store::Sql> inner_;
  Hook before_;
  Hook after_;
};

// Everything happens on the connection given, in the transaction that is open on it.
class SqlOfConnection : public store::Sql {
 public:
  explicit SqlOfConnection(store::Connection& connection) : connection_(connection) {}
  store::Dialect dialect() const override { return connection_.dialect(); }

 protected:
  void run(bool, const std::function<void(store::Connection&)>& work) override { work(connection_); }

 private:
  store::Connection& connection_;
};

}  // namespace utsyn::api
