#include "checks/dns/takeover_providers.h"

#include <array>

#include "base/name.h"
#include "base/text.h"

namespace utsyn::checks {
namespace {

struct Suffix {
  std::string_view suffix;
  std::string_view provider;
};

constexpr std::array kHosting = {
    Suffix{"azurewebsites.net", "Azure App Service"},
    Suffix{"cloudapp.net", "Azure Cloud Services"},
    Suffix{"cloudapp.azure.com", "Azure virtual machines"},
    Suffix{"trafficmanager.net", "Azure Traffic Manager"},
    Suffix{"blob.core.windows.net", "Azure Storage"},
    Suffix{"web.core.windows.net", "Azure Storage"},
    Suffix{"azureedge.net", "Azure CDN"},
    Suffix{"azure-api.net", "Azure API Management"},
    Suffix{"azurefd.net", "Azure Front Door"},
    Suffix{"azurecontainer.io", "Azure Container Instances"},
    Suffix{"database.windows.net", "Azure SQL"},
    Suffix{"redis.cache.windows.net", "Azure Cache"},
    Suffix{"search.windows.net", "Azure AI Search"},
    Suffix{"servicebus.windows.net", "Azure Service Bus"},
    Suffix{"azuredatalakestore.net", "Azure Data Lake"},
    Suffix{"azurecr.io", "Azure Container Registry"},
    Suffix{"azurehdinsight.net", "Azure HDInsight"},
    Suffix{"azurestaticapps.net", "Azure Static Web Apps"},
    Suffix{"elasticbeanstalk.com", "AWS Elastic Beanstalk"},
    Suffix{"s3.amazonaws.com", "AWS S3"},
    Suffix{"github.io", "GitHub Pages"},
    Suffix{"herokuapp.com", "Heroku"},
    Suffix{"herokudns.com", "Heroku"},
    Suffix{"herokussl.com", "Heroku"},
    Suffix{"bitbucket.io", "Bitbucket"},
    Suffix{"ghost.io", "Ghost"},
    Suffix{"helpjuice.com", "Helpjuice"},
    Suffix{"helpscoutdocs.com", "Help Scout"},
    Suffix{"netlify.app", "Netlify"},
    Suffix{"netlify.com", "Netlify"},
    Suffix{"ngrok.io", "ngrok"},
    Suffix{"pantheonsite.io", "Pantheon"},
    Suffix{"readthedocs.io", "Read the Docs"},
    Suffix{"readme.io", "ReadMe"},
    Suffix{"surge.sh", "Surge"},
    Suffix{"wordpress.com", "WordPress.com"},
    Suffix{"myshopify.com", "Shopify"},
    Suffix{"launchrock.com", "LaunchRock"},
    Suffix{"strikinglydns.com", "Strikingly"},
    Suffix{"webflow.io", "Webflow"},
    Suffix{"fly.dev", "Fly.io"},
    Suffix{"onrender.com", "Render"},
    Suffix{"domains.tumblr.com", "Tumblr"},
    Suffix{"cargocollective.com", "Cargo"},
    Suffix{"agilecrm.com", "Agile CRM"},
    Suffix{"airee.ru", "Airee"},
    Suffix{"animaapp.io", "Anima"},
    Suffix{"bemob.com", "BeMob"},
    Suffix{"canny.io", "Canny"},
    Suffix{"getresponse.com", "GetResponse"},
    Suffix{"hatenablog.com", "Hatena Blog"},
    Suffix{"smugmug.com", "SmugMug"},
    Suffix{"surveysparrow.com", "SurveySparrow"},
    Suffix{"uberflip.com", "Uberflip"},
    Suffix{"worksites.net", "Worksites"},
};

// "s3-website.eu-north-1.amazonaws.com" and the like: the region stands in the middle.
bool is_s3(std::string_view target) {
  if (!target.ends_with(".amazonaws.com")) return false;
  return target.find(".s3-website") != std::string_view::npos ||
         target.find(".s3.") != std::string_view::npos || target.find(".s3-") != std::string_view::npos;
}

constexpr std::array kDnsHosts = {
    Suffix{"digitalocean.com", "DigitalOcean"},
    Suffix{"linode.com", "Linode"},
    Suffix{"googledomains.com", "Google Cloud DNS"},
    Suffix{"he.net", "Hurricane Electric"},
    Suffix{"azure-dns.com", "Azure DNS"},
    Suffix{"azure-dns.net", "Azure DNS"},
    Suffix{"azure-dns.org", "Azure DNS"},
    Suffix{"azure-dns.info", "Azure DNS"},
    Suffix{"dnsimple.com", "DNSimple"},
    Suffix{"nsone.net", "NS1"},
    Suffix{"vultr.com", "Vultr"},
    Suffix{"bizland.com", "Bizland"},
    Suffix{"domain.com", "Domain.com"},
    Suffix{"000domains.com", "000Domains"},
};

// ns-1234.awsdns-12.co.uk
bool is_route53(std::string_view server) {
  return server.starts_with("ns-") && server.find(".awsdns-") != std::string_view::npos;
}

std::string letters_of(std::string_view name) {
  std::string letters;
  for (const char c : lower(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters += c;
  }
  return letters;
}

}  // namespace

std::string_view claimable_provider(std::string_view target) {
  const auto name = lower(target);
  for (const auto& entry : kHosting) {
    if (name != entry.suffix && is_subdomain(name, entry.suffix)) return entry.provider;
  }
  return is_s3(name) ? "AWS S3" : "";
}

std::string_view claimable_dns_host(std::string_view name_server) {
  const auto name = lower(name_server);
  for (const auto& entry : kDnsHosts) {
    if (name != entry.suffix && is_subdomain(name, entry.suffix)) return entry.provider;
  }
  return is_route53(name) ? "Amazon Route 53" : "";
}

bool same_provider(std::string_view a, std::string_view b) {
  const auto one = letters_of(a);
  const auto other = letters_of(b);
  if (one.empty() || other.empty()) return false;
  return one.find(other) != std::string::npos || other.find(one) != std::string::npos;
}

}  // namespace utsyn::checks
