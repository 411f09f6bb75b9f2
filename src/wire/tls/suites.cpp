// The registry itself. See suites.h.
#include "wire/tls/suites.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace utsyn::wire {
namespace {

struct Named {
  std::uint16_t id;
  std::string_view name;
};

// 0x0060 to 0x0066 never left draft-ietf-tls-56-bit-ciphersuites, 0xCC13 to 0xCC15 never left
// draft-agl-tls-chacha20poly1305, 0xFEFE and 0xFEFF are Netscape's own; servers were built with all of them.
constexpr Named registry[] = {
    {0x0000, "TLS_NULL_WITH_NULL_NULL"},
    {0x0001, "TLS_RSA_WITH_NULL_MD5"},
    {0x0002, "TLS_RSA_WITH_NULL_SHA"},
    {0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"},
    {0x0004, "TLS_RSA_WITH_RC4_128_MD5"},
    {0x0005, "TLS_RSA_WITH_RC4_128_SHA"},
    {0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5"},
    {0x0007, "TLS_RSA_WITH_IDEA_CBC_SHA"},
    {0x0008, "TLS_RSA_EXPORT_WITH_DES40_CBC_SHA"},
    {0x0009, "TLS_RSA_WITH_DES_CBC_SHA"},
    {0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x000B, "TLS_DH_DSS_EXPORT_WITH_DES40_CBC_SHA"},
    {0x000C, "TLS_DH_DSS_WITH_DES_CBC_SHA"},
    {0x000D, "TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA"},
    {0x000E, "TLS_DH_RSA_EXPORT_WITH_DES40_CBC_SHA"},
    {0x000F, "TLS_DH_RSA_WITH_DES_CBC_SHA"},
    {0x0010, "TLS_DH_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0011, "TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA"},
    {0x0012, "TLS_DHE_DSS_WITH_DES_CBC_SHA"},
    {0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA"},
    {0x0014, "TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"},
    {0x0015, "TLS_DHE_RSA_WITH_DES_CBC_SHA"},
    {0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0017, "TLS_DH_anon_EXPORT_WITH_RC4_40_MD5"},
    {0x0018, "TLS_DH_anon_WITH_RC4_128_MD5"},
    {0x0019, "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA"},
    {0x001A, "TLS_DH_anon_WITH_DES_CBC_SHA"},
    {0x001B, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA"},
    {0x001E, "TLS_KRB5_WITH_DES_CBC_SHA"},
    {0x001F, "TLS_KRB5_WITH_3DES_EDE_CBC_SHA"},
    {0x0020, "TLS_KRB5_WITH_RC4_128_SHA"},
    {0x0021, "TLS_KRB5_WITH_IDEA_CBC_SHA"},
    {0x0022, "TLS_KRB5_WITH_DES_CBC_MD5"},
    {0x0023, "TLS_KRB5_WITH_3DES_EDE_CBC_MD5"},
    {0x0024, "TLS_KRB5_WITH_RC4_128_MD5"},
    {0x0025, "TLS_KRB5_WITH_IDEA_CBC_MD5"},
    {0x0026, "TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA"},
    {0x0027, "TLS_KRB5_EXPORT_WITH_RC2_CBC_40_SHA"},
    {0x0028, "TLS_KRB5_EXPORT_WITH_RC4_40_SHA"},
    {0x0029, "TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5"},
    {0x002A, "TLS_KRB5_EXPORT_WITH_RC2_CBC_40_MD5"},
    {0x002B, "TLS_KRB5_EXPORT_WITH_RC4_40_MD5"},
    {0x002C, "TLS_PSK_WITH_NULL_SHA"},
    {0x002D, "TLS_DHE_PSK_WITH_NULL_SHA"},
    {0x002E, "TLS_RSA_PSK_WITH_NULL_SHA"},
    {0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA"},
    {0x0030, "TLS_DH_DSS_WITH_AES_128_CBC_SHA"},
    {0x0031, "TLS_DH_RSA_WITH_AES_128_CBC_SHA"},
    {0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA"},
    {0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
    {0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA"},
    {0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"},
    {0x0036, "TLS_DH_DSS_WITH_AES_256_CBC_SHA"},
    {0x0037, "TLS_DH_RSA_WITH_AES_256_CBC_SHA"},
    {0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA"},
    {0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"},
    {0x003A, "TLS_DH_anon_WITH_AES_256_CBC_SHA"},
    {0x003B, "TLS_RSA_WITH_NULL_SHA256"},
    {0x003C, "TLS_RSA_WITH_AES_128_CBC_SHA256"},
    {0x003D, "TLS_RSA_WITH_AES_256_CBC_SHA256"},
    {0x003E, "TLS_DH_DSS_WITH_AES_128_CBC_SHA256"},
    {0x003F, "TLS_DH_RSA_WITH_AES_128_CBC_SHA256"},
    {0x0040, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256"},
    {0x0041, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA"},
    {0x0042, "TLS_DH_DSS_WITH_CAMELLIA_128_CBC_SHA"},
    {0x0043, "TLS_DH_RSA_WITH_CAMELLIA_128_CBC_SHA"},
    {0x0044, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA"},
    {0x0045, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA"},
    {0x0046, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA"},
    {0x0060, "TLS_RSA_EXPORT1024_WITH_RC4_56_MD5"},
    {0x0061, "TLS_RSA_EXPORT1024_WITH_RC2_CBC_56_MD5"},
    {0x0062, "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA"},
    {0x0063, "TLS_DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA"},
    {0x0064, "TLS_RSA_EXPORT1024_WITH_RC4_56_SHA"},
    {0x0065, "TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA"},
    {0x0066, "TLS_DHE_DSS_WITH_RC4_128_SHA"},
    {0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"},
    {0x0068, "TLS_DH_DSS_WITH_AES_256_CBC_SHA256"},
    {0x0069, "TLS_DH_RSA_WITH_AES_256_CBC_SHA256"},
    {0x006A, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256"},
    {0x006B, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"},
    {0x006C, "TLS_DH_anon_WITH_AES_128_CBC_SHA256"},
    {0x006D, "TLS_DH_anon_WITH_AES_256_CBC_SHA256"},
    {0x0084, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA"},
    {0x0085, "TLS_DH_DSS_WITH_CAMELLIA_256_CBC_SHA"},
    {0x0086, "TLS_DH_RSA_WITH_CAMELLIA_256_CBC_SHA"},
    {0x0087, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA"},
    {0x0088, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA"},
    {0x0089, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA"},
    {0x008A, "TLS_PSK_WITH_RC4_128_SHA"},
    {0x008B, "TLS_PSK_WITH_3DES_EDE_CBC_SHA"},
    {0x008C, "TLS_PSK_WITH_AES_128_CBC_SHA"},
    {0x008D, "TLS_PSK_WITH_AES_256_CBC_SHA"},
    {0x008E, "TLS_DHE_PSK_WITH_RC4_128_SHA"},
    {0x008F, "TLS_DHE_PSK_WITH_3DES_EDE_CBC_SHA"},
    {0x0090, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA"},
    {0x0091, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA"},
    {0x0092, "TLS_RSA_PSK_WITH_RC4_128_SHA"},
    {0x0093, "TLS_RSA_PSK_WITH_3DES_EDE_CBC_SHA"},
    {0x0094, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA"},
    {0x0095, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA"},
    {0x0096, "TLS_RSA_WITH_SEED_CBC_SHA"},
    {0x0097, "TLS_DH_DSS_WITH_SEED_CBC_SHA"},
    {0x0098, "TLS_DH_RSA_WITH_SEED_CBC_SHA"},
    {0x0099, "TLS_DHE_DSS_WITH_SEED_CBC_SHA"},
    {0x009A, "TLS_DHE_RSA_WITH_SEED_CBC_SHA"},
    {0x009B, "TLS_DH_anon_WITH_SEED_CBC_SHA"},
    {0x009C, "TLS_RSA_WITH_AES_128_GCM_SHA256"},
    {0x009D, "TLS_RSA_WITH_AES_256_GCM_SHA384"},
    {0x009E, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
    {0x009F, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0x00A0, "TLS_DH_RSA_WITH_AES_128_GCM_SHA256"},
    {0x00A1, "TLS_DH_RSA_WITH_AES_256_GCM_SHA384"},
    {0x00A2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256"},
    {0x00A3, "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384"},
    {0x00A4, "TLS_DH_DSS_WITH_AES_128_GCM_SHA256"},
    {0x00A5, "TLS_DH_DSS_WITH_AES_256_GCM_SHA384"},
    {0x00A6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256"},
    {0x00A7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384"},
    {0x00A8, "TLS_PSK_WITH_AES_128_GCM_SHA256"},
    {0x00A9, "TLS_PSK_WITH_AES_256_GCM_SHA384"},
    {0x00AA, "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256"},
    {0x00AB, "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384"},
    {0x00AC, "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256"},
    {0x00AD, "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384"},
    {0x00AE, "TLS_PSK_WITH_AES_128_CBC_SHA256"},
    {0x00AF, "TLS_PSK_WITH_AES_256_CBC_SHA384"},
    {0x00B0, "TLS_PSK_WITH_NULL_SHA256"},
    {0x00B1, "TLS_PSK_WITH_NULL_SHA384"},
    {0x00B2, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256"},
    {0x00B3, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA384"},
    {0x00B4, "TLS_DHE_PSK_WITH_NULL_SHA256"},
    {0x00B5, "TLS_DHE_PSK_WITH_NULL_SHA384"},
    {0x00B6, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256"},
    {0x00B7, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384"},
    {0x00B8, "TLS_RSA_PSK_WITH_NULL_SHA256"},
    {0x00B9, "TLS_RSA_PSK_WITH_NULL_SHA384"},
    {0x00BA, "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    {0x00BB, "TLS_DH_DSS_WITH_CAMELLIA_128_CBC_SHA256"},
    {0x00BC, "TLS_DH_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    {0x00BD, "TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA256"},
    {0x00BE, "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    {0x00BF, "TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256"},
    {0x00C0, "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256"},
    {0x00C1, "TLS_DH_DSS_WITH_CAMELLIA_256_CBC_SHA256"},
    {0x00C2, "TLS_DH_RSA_WITH_CAMELLIA_256_CBC_SHA256"},
    {0x00C3, "TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA256"},
    {0x00C4, "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256"},
    {0x00C5, "TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256"},
    {0x00C6, "TLS_SM4_GCM_SM3"},
    {0x00C7, "TLS_SM4_CCM_SM3"},
    {0x1301, "TLS_AES_128_GCM_SHA256"},
    {0x1302, "TLS_AES_256_GCM_SHA384"},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
    {0x1304, "TLS_AES_128_CCM_SHA256"},
    {0x1305, "TLS_AES_128_CCM_8_SHA256"},
    {0x1306, "TLS_AEGIS_256_SHA512"},
    {0x1307, "TLS_AEGIS_128L_SHA256"},
    {0xC001, "TLS_ECDH_ECDSA_WITH_NULL_SHA"},
    {0xC002, "TLS_ECDH_ECDSA_WITH_RC4_128_SHA"},
    {0xC003, "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    {0xC004, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA"},
    {0xC005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA"},
    {0xC006, "TLS_ECDHE_ECDSA_WITH_NULL_SHA"},
    {0xC007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"},
    {0xC008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    {0xC009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"},
    {0xC00A, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"},
    {0xC00B, "TLS_ECDH_RSA_WITH_NULL_SHA"},
    {0xC00C, "TLS_ECDH_RSA_WITH_RC4_128_SHA"},
    {0xC00D, "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0xC00E, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA"},
    {0xC00F, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA"},
    {0xC010, "TLS_ECDHE_RSA_WITH_NULL_SHA"},
    {0xC011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"},
    {0xC012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0xC013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"},
    {0xC014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"},
    {0xC015, "TLS_ECDH_anon_WITH_NULL_SHA"},
    {0xC016, "TLS_ECDH_anon_WITH_RC4_128_SHA"},
    {0xC017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA"},
    {0xC018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"},
    {0xC019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA"},
    {0xC01A, "TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA"},
    {0xC01B, "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0xC01C, "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA"},
    {0xC01D, "TLS_SRP_SHA_WITH_AES_128_CBC_SHA"},
    {0xC01E, "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA"},
    {0xC01F, "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA"},
    {0xC020, "TLS_SRP_SHA_WITH_AES_256_CBC_SHA"},
    {0xC021, "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA"},
    {0xC022, "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA"},
    {0xC023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
    {0xC024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"},
    {0xC025, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256"},
    {0xC026, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384"},
    {0xC027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
    {0xC028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
    {0xC029, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256"},
    {0xC02A, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384"},
    {0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
    {0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"},
    {0xC02D, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256"},
    {0xC02E, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384"},
    {0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0xC031, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256"},
    {0xC032, "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384"},
    {0xC033, "TLS_ECDHE_PSK_WITH_RC4_128_SHA"},
    {0xC034, "TLS_ECDHE_PSK_WITH_3DES_EDE_CBC_SHA"},
    {0xC035, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA"},
    {0xC036, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA"},
    {0xC037, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256"},
    {0xC038, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384"},
    {0xC039, "TLS_ECDHE_PSK_WITH_NULL_SHA"},
    {0xC03A, "TLS_ECDHE_PSK_WITH_NULL_SHA256"},
    {0xC03B, "TLS_ECDHE_PSK_WITH_NULL_SHA384"},
    {0xC03C, "TLS_RSA_WITH_ARIA_128_CBC_SHA256"},
    {0xC03D, "TLS_RSA_WITH_ARIA_256_CBC_SHA384"},
    {0xC03E, "TLS_DH_DSS_WITH_ARIA_128_CBC_SHA256"},
    {0xC03F, "TLS_DH_DSS_WITH_ARIA_256_CBC_SHA384"},
    {0xC040, "TLS_DH_RSA_WITH_ARIA_128_CBC_SHA256"},
    {0xC041, "TLS_DH_RSA_WITH_ARIA_256_CBC_SHA384"},
    {0xC042, "TLS_DHE_DSS_WITH_ARIA_128_CBC_SHA256"},
    {0xC043, "TLS_DHE_DSS_WITH_ARIA_256_CBC_SHA384"},
    {0xC044, "TLS_DHE_RSA_WITH_ARIA_128_CBC_SHA256"},
    {0xC045, "TLS_DHE_RSA_WITH_ARIA_256_CBC_SHA384"},
    {0xC046, "TLS_DH_anon_WITH_ARIA_128_CBC_SHA256"},
    {0xC047, "TLS_DH_anon_WITH_ARIA_256_CBC_SHA384"},
    {0xC048, "TLS_ECDHE_ECDSA_WITH_ARIA_128_CBC_SHA256"},
    {0xC049, "TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384"},
    {0xC04A, "TLS_ECDH_ECDSA_WITH_ARIA_128_CBC_SHA256"},
    {0xC04B, "TLS_ECDH_ECDSA_WITH_ARIA_256_CBC_SHA384"},
    {0xC04C, "TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256"},
    {0xC04D, "TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384"},
    {0xC04E, "TLS_ECDH_RSA_WITH_ARIA_128_CBC_SHA256"},
    {0xC04F, "TLS_ECDH_RSA_WITH_ARIA_256_CBC_SHA384"},
    {0xC050, "TLS_RSA_WITH_ARIA_128_GCM_SHA256"},
    {0xC051, "TLS_RSA_WITH_ARIA_256_GCM_SHA384"},
    {0xC052, "TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256"},
    {0xC053, "TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384"},
    {0xC054, "TLS_DH_RSA_WITH_ARIA_128_GCM_SHA256"},
    {0xC055, "TLS_DH_RSA_WITH_ARIA_256_GCM_SHA384"},
    {0xC056, "TLS_DHE_DSS_WITH_ARIA_128_GCM_SHA256"},
    {0xC057, "TLS_DHE_DSS_WITH_ARIA_256_GCM_SHA384"},
    {0xC058, "TLS_DH_DSS_WITH_ARIA_128_GCM_SHA256"},
    {0xC059, "TLS_DH_DSS_WITH_ARIA_256_GCM_SHA384"},
    {0xC05A, "TLS_DH_anon_WITH_ARIA_128_GCM_SHA256"},
    {0xC05B, "TLS_DH_anon_WITH_ARIA_256_GCM_SHA384"},
    {0xC05C, "TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256"},
    {0xC05D, "TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384"},
    {0xC05E, "TLS_ECDH_ECDSA_WITH_ARIA_128_GCM_SHA256"},
    {0xC05F, "TLS_ECDH_ECDSA_WITH_ARIA_256_GCM_SHA384"},
    {0xC060, "TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256"},
    {0xC061, "TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384"},
    {0xC062, "TLS_ECDH_RSA_WITH_ARIA_128_GCM_SHA256"},
    {0xC063, "TLS_ECDH_RSA_WITH_ARIA_256_GCM_SHA384"},
    {0xC064, "TLS_PSK_WITH_ARIA_128_CBC_SHA256"},
    {0xC065, "TLS_PSK_WITH_ARIA_256_CBC_SHA384"},
    {0xC066, "TLS_DHE_PSK_WITH_ARIA_128_CBC_SHA256"},
    {0xC067, "TLS_DHE_PSK_WITH_ARIA_256_CBC_SHA384"},
    {0xC068, "TLS_RSA_PSK_WITH_ARIA_128_CBC_SHA256"},
    {0xC069, "TLS_RSA_PSK_WITH_ARIA_256_CBC_SHA384"},
    {0xC06A, "TLS_PSK_WITH_ARIA_128_GCM_SHA256"},
    {0xC06B, "TLS_PSK_WITH_ARIA_256_GCM_SHA384"},
    {0xC06C, "TLS_DHE_PSK_WITH_ARIA_128_GCM_SHA256"},
    {0xC06D, "TLS_DHE_PSK_WITH_ARIA_256_GCM_SHA384"},
    {0xC06E, "TLS_RSA_PSK_WITH_ARIA_128_GCM_SHA256"},
    {0xC06F, "TLS_RSA_PSK_WITH_ARIA_256_GCM_SHA384"},
    {0xC070, "TLS_ECDHE_PSK_WITH_ARIA_128_CBC_SHA256"},
    {0xC071, "TLS_ECDHE_PSK_WITH_ARIA_256_CBC_SHA384"},
    {0xC072, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC073, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC074, "TLS_ECDH_ECDSA_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC075, "TLS_ECDH_ECDSA_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC076, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC077, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC078, "TLS_ECDH_RSA_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC079, "TLS_ECDH_RSA_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC07A, "TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC07B, "TLS_RSA_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC07C, "TLS_DHE_RSA_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC07D, "TLS_DHE_RSA_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC07E, "TLS_DH_RSA_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC07F, "TLS_DH_RSA_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC080, "TLS_DHE_DSS_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC081, "TLS_DHE_DSS_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC082, "TLS_DH_DSS_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC083, "TLS_DH_DSS_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC084, "TLS_DH_anon_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC085, "TLS_DH_anon_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC086, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC087, "TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC088, "TLS_ECDH_ECDSA_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC089, "TLS_ECDH_ECDSA_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC08A, "TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC08B, "TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC08C, "TLS_ECDH_RSA_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC08D, "TLS_ECDH_RSA_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC08E, "TLS_PSK_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC08F, "TLS_PSK_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC090, "TLS_DHE_PSK_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC091, "TLS_DHE_PSK_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC092, "TLS_RSA_PSK_WITH_CAMELLIA_128_GCM_SHA256"},
    {0xC093, "TLS_RSA_PSK_WITH_CAMELLIA_256_GCM_SHA384"},
    {0xC094, "TLS_PSK_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC095, "TLS_PSK_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC096, "TLS_DHE_PSK_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC097, "TLS_DHE_PSK_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC098, "TLS_RSA_PSK_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC099, "TLS_RSA_PSK_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC09A, "TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256"},
    {0xC09B, "TLS_ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384"},
    {0xC09C, "TLS_RSA_WITH_AES_128_CCM"},
    {0xC09D, "TLS_RSA_WITH_AES_256_CCM"},
    {0xC09E, "TLS_DHE_RSA_WITH_AES_128_CCM"},
    {0xC09F, "TLS_DHE_RSA_WITH_AES_256_CCM"},
    {0xC0A0, "TLS_RSA_WITH_AES_128_CCM_8"},
    {0xC0A1, "TLS_RSA_WITH_AES_256_CCM_8"},
    {0xC0A2, "TLS_DHE_RSA_WITH_AES_128_CCM_8"},
    {0xC0A3, "TLS_DHE_RSA_WITH_AES_256_CCM_8"},
    {0xC0A4, "TLS_PSK_WITH_AES_128_CCM"},
    {0xC0A5, "TLS_PSK_WITH_AES_256_CCM"},
    {0xC0A6, "TLS_DHE_PSK_WITH_AES_128_CCM"},
    {0xC0A7, "TLS_DHE_PSK_WITH_AES_256_CCM"},
    {0xC0A8, "TLS_PSK_WITH_AES_128_CCM_8"},
    {0xC0A9, "TLS_PSK_WITH_AES_256_CCM_8"},
    {0xC0AA, "TLS_PSK_DHE_WITH_AES_128_CCM_8"},
    {0xC0AB, "TLS_PSK_DHE_WITH_AES_256_CCM_8"},
    {0xC0AC, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM"},
    {0xC0AD, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM"},
    {0xC0AE, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"},
    {0xC0AF, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8"},
    {0xC0B0, "TLS_ECCPWD_WITH_AES_128_GCM_SHA256"},
    {0xC0B1, "TLS_ECCPWD_WITH_AES_256_GCM_SHA384"},
    {0xC0B2, "TLS_ECCPWD_WITH_AES_128_CCM_SHA256"},
    {0xC0B3, "TLS_ECCPWD_WITH_AES_256_CCM_SHA384"},
    {0xC0B4, "TLS_SHA256_SHA256"},
    {0xC0B5, "TLS_SHA384_SHA384"},
    {0xC100, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC"},
    {0xC101, "TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC"},
    {0xC102, "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT"},
    {0xC103, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L"},
    {0xC104, "TLS_GOSTR341112_256_WITH_MAGMA_MGM_L"},
    {0xC105, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_S"},
    {0xC106, "TLS_GOSTR341112_256_WITH_MAGMA_MGM_S"},
    {0xCC13, "OLD_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCC14, "OLD_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCC15, "OLD_TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCAA, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCAB, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCAC, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCAD, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {0xCCAE, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256"},
    {0xD001, "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256"},
    {0xD002, "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384"},
    {0xD003, "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256"},
    {0xD005, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256"},
    {0xFEFE, "SSL_RSA_FIPS_WITH_DES_CBC_SHA"},
    {0xFEFF, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA"},
};

struct Exchange {
  std::string_view text;
  KeyExchange key_exchange;
  Authentication authentication;
};

constexpr Exchange exchanges[] = {
    {"NULL", KeyExchange::none, Authentication::none},
    {"RSA", KeyExchange::rsa, Authentication::rsa},
    {"RSA_FIPS", KeyExchange::rsa, Authentication::rsa},
    {"DH_DSS", KeyExchange::dh_static, Authentication::dss},
    {"DH_RSA", KeyExchange::dh_static, Authentication::rsa},
    {"DHE_DSS", KeyExchange::dhe, Authentication::dss},
    {"DHE_RSA", KeyExchange::dhe, Authentication::rsa},
    {"DH_anon", KeyExchange::anon_dh, Authentication::anonymous},
    {"ECDH_ECDSA", KeyExchange::ecdh_static, Authentication::ecdsa},
    {"ECDH_RSA", KeyExchange::ecdh_static, Authentication::rsa},
    {"ECDHE_ECDSA", KeyExchange::ecdhe, Authentication::ecdsa},
    {"ECDHE_RSA", KeyExchange::ecdhe, Authentication::rsa},
    {"ECDH_anon", KeyExchange::anon_ecdh, Authentication::anonymous},
    {"PSK", KeyExchange::psk, Authentication::psk},
    {"DHE_PSK", KeyExchange::dhe_psk, Authentication::psk},
    {"PSK_DHE", KeyExchange::dhe_psk, Authentication::psk},
    {"ECDHE_PSK", KeyExchange::ecdhe_psk, Authentication::psk},
    {"RSA_PSK", KeyExchange::rsa_psk, Authentication::psk},
    {"SRP_SHA", KeyExchange::srp, Authentication::srp},
    {"SRP_SHA_RSA", KeyExchange::srp, Authentication::rsa},
    {"SRP_SHA_DSS", KeyExchange::srp, Authentication::dss},
    {"KRB5", KeyExchange::krb5, Authentication::krb5},
    {"ECCPWD", KeyExchange::eccpwd, Authentication::password},
    {"GOSTR341112_256", KeyExchange::gost, Authentication::gost},
};

struct Bulk {
  std::string_view text;
  BulkCipher cipher;
  CipherMode mode;
  std::uint16_t strength_bits;
  std::uint16_t block_bits;
};

// A longer text stands before one that it begins with.
constexpr Bulk bulks[] = {
    {"NULL", BulkCipher::null, CipherMode::none, 0, 0},
    {"RC4_40", BulkCipher::rc4_40, CipherMode::stream, 40, 0},
    {"RC4_56", BulkCipher::rc4_56, CipherMode::stream, 56, 0},
    {"RC4_128", BulkCipher::rc4_128, CipherMode::stream, 128, 0},
    {"RC2_CBC_40", BulkCipher::rc2_40, CipherMode::cbc, 40, 64},
    {"RC2_CBC_56", BulkCipher::rc2_56, CipherMode::cbc, 56, 64},
    {"DES40_CBC", BulkCipher::des40, CipherMode::cbc, 40, 64},
    {"DES_CBC_40", BulkCipher::des40, CipherMode::cbc, 40, 64},
    {"DES_CBC", BulkCipher::des, CipherMode::cbc, 56, 64},
    {"3DES_EDE_CBC", BulkCipher::triple_des, CipherMode::cbc, 112, 64},
    {"IDEA_CBC", BulkCipher::idea, CipherMode::cbc, 128, 64},
    {"SEED_CBC", BulkCipher::seed, CipherMode::cbc, 128, 128},
    {"AES_128_CBC", BulkCipher::aes128, CipherMode::cbc, 128, 128},
    {"AES_256_CBC", BulkCipher::aes256, CipherMode::cbc, 256, 128},
    {"AES_128_GCM", BulkCipher::aes128, CipherMode::gcm, 128, 128},
    {"AES_256_GCM", BulkCipher::aes256, CipherMode::gcm, 256, 128},
    {"AES_128_CCM_8", BulkCipher::aes128, CipherMode::ccm8, 128, 128},
    {"AES_256_CCM_8", BulkCipher::aes256, CipherMode::ccm8, 256, 128},
    {"AES_128_CCM", BulkCipher::aes128, CipherMode::ccm, 128, 128},
    {"AES_256_CCM", BulkCipher::aes256, CipherMode::ccm, 256, 128},
    {"CAMELLIA_128_CBC", BulkCipher::camellia128, CipherMode::cbc, 128, 128},
    {"CAMELLIA_256_CBC", BulkCipher::camellia256, CipherMode::cbc, 256, 128},
    {"CAMELLIA_128_GCM", BulkCipher::camellia128, CipherMode::gcm, 128, 128},
    {"CAMELLIA_256_GCM", BulkCipher::camellia256, CipherMode::gcm, 256, 128},
    {"ARIA_128_CBC", BulkCipher::aria128, CipherMode::cbc, 128, 128},
    {"ARIA_256_CBC", BulkCipher::aria256, CipherMode::cbc, 256, 128},
    {"ARIA_128_GCM", BulkCipher::aria128, CipherMode::gcm, 128, 128},
    {"ARIA_256_GCM", BulkCipher::aria256, CipherMode::gcm, 256, 128},
    {"CHACHA20_POLY1305", BulkCipher::chacha20, CipherMode::poly1305, 256, 0},
    {"SM4_GCM", BulkCipher::sm4, CipherMode::gcm, 128, 128},
    {"SM4_CCM", BulkCipher::sm4, CipherMode::ccm, 128, 128},
    {"AEGIS_128L", BulkCipher::aegis128l, CipherMode::aegis, 128, 0},
    {"AEGIS_256", BulkCipher::aegis256, CipherMode::aegis, 256, 0},
    {"KUZNYECHIK_CTR", BulkCipher::kuznyechik, CipherMode::ctr, 256, 128},
    {"MAGMA_CTR", BulkCipher::magma, CipherMode::ctr, 256, 64},
    {"28147_CNT", BulkCipher::gost28147, CipherMode::ctr, 256, 64},
    {"KUZNYECHIK_MGM", BulkCipher::kuznyechik, CipherMode::mgm, 256, 128},
    {"MAGMA_MGM", BulkCipher::magma, CipherMode::mgm, 256, 64},
    {"SHA256", BulkCipher::null, CipherMode::none, 0, 0},  // RFC 9150: TLS 1.3 with integrity only
    {"SHA384", BulkCipher::null, CipherMode::none, 0, 0},
};

bool authenticates(CipherMode mode) {
  switch (mode) {
    case CipherMode::gcm:
    case CipherMode::ccm:
    case CipherMode::ccm8:
    case CipherMode::poly1305:
    case CipherMode::aegis:
    case CipherMode::mgm:
      return true;
    case CipherMode::none:
    case CipherMode::stream:
    case CipherMode::cbc:
    case CipherMode::ctr:
      return false;
  }
  return false;
}

bool keeps_past_secret(KeyExchange exchange) {
  switch (exchange) {
    case KeyExchange::dhe:
    case KeyExchange::ecdhe:
    case KeyExchange::anon_dh:
    case KeyExchange::anon_ecdh:
    case KeyExchange::dhe_psk:
    case KeyExchange::ecdhe_psk:
    case KeyExchange::srp:
    case KeyExchange::eccpwd:
    case KeyExchange::tls13:
      return true;
    case KeyExchange::none:
    case KeyExchange::rsa:
    case KeyExchange::dh_static:
    case KeyExchange::ecdh_static:
    case KeyExchange::psk:
    case KeyExchange::rsa_psk:
    case KeyExchange::krb5:
    case KeyExchange::gost:
      return false;
  }
  return false;
}

SuiteMac mac_named(std::string_view text) {
  if (text == "MD5") return SuiteMac::md5;
  if (text == "SHA") return SuiteMac::sha1;
  if (text == "SHA256") return SuiteMac::sha256;
  if (text == "SHA384") return SuiteMac::sha384;
  if (text == "OMAC" || text == "IMIT") return SuiteMac::gost;
  return SuiteMac::null;
}

Suite read_name(const Named& named) {
  Suite suite{.id = named.id, .name = named.name};
  suite.registered = !(named.id >= 0x0060 && named.id <= 0x0066) &&
                     !(named.id >= 0xCC13 && named.id <= 0xCC15) && named.id < 0xFE00;

  auto rest = named.name.substr(named.name.find(named.name.starts_with("SSL_") ? "SSL_" : "TLS_") + 4);
  const auto with = rest.find("_WITH_");
  const bool mgm =
      rest.contains("_MGM_");  // RFC 9367: the GOST suites of TLS 1.3 kept the older form of name
  if (with == std::string_view::npos || mgm) {
    suite.key_exchange = KeyExchange::tls13;
    suite.authentication = Authentication::tls13;
  } else {
    auto exchange = rest.substr(0, with);
    for (const std::string_view mark : {"_EXPORT1024", "_EXPORT"}) {
      if (!exchange.ends_with(mark)) continue;
      exchange.remove_suffix(mark.size());
      suite.export_grade = true;
    }
    const auto* found = std::ranges::find(exchanges, exchange, &Exchange::text);
    if (found != std::end(exchanges)) {
      suite.key_exchange = found->key_exchange;
      suite.authentication = found->authentication;
    }
  }
  if (with != std::string_view::npos) rest.remove_prefix(with + 6);

  const auto* bulk = std::ranges::find_if(bulks, [&](const Bulk& b) { return rest.starts_with(b.text); });
  if (bulk != std::end(bulks)) {
    suite.cipher = bulk->cipher;
    suite.mode = bulk->mode;
    suite.strength_bits = bulk->strength_bits;
    suite.block_bits = bulk->block_bits;
    suite.aead = authenticates(bulk->mode);
    rest.remove_prefix(bulk->text.size());
  }
  suite.mac = suite.aead ? SuiteMac::aead : mac_named(rest.starts_with("_") ? rest.substr(1) : rest);
  suite.forward_secret = keeps_past_secret(suite.key_exchange);
  return suite;
}

constexpr Sslv2Cipher sslv2_ciphers[] = {
    {0x010080, "SSL_CK_RC4_128_WITH_MD5", 128, false},
    {0x020080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5", 40, true},
    {0x030080, "SSL_CK_RC2_128_CBC_WITH_MD5", 128, false},
    {0x040080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5", 40, true},
    {0x050080, "SSL_CK_IDEA_128_CBC_WITH_MD5", 128, false},
    {0x060040, "SSL_CK_DES_64_CBC_WITH_MD5", 56, false},
    {0x0700C0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5", 112, false},
};

// Security bits: half the field size for curves, NIST SP 800-56A revision 3 appendix D for finite fields, the
// classical half for hybrids.
constexpr NamedGroup groups[] = {
    {1, "sect163k1", GroupKind::curve, 80},
    {2, "sect163r1", GroupKind::curve, 80},
    {3, "sect163r2", GroupKind::curve, 80},
    {4, "sect193r1", GroupKind::curve, 96},
    {5, "sect193r2", GroupKind::curve, 96},
    {6, "sect233k1", GroupKind::curve, 112},
    {7, "sect233r1", GroupKind::curve, 112},
    {8, "sect239k1", GroupKind::curve, 119},
    {9, "sect283k1", GroupKind::curve, 141},
    {10, "sect283r1", GroupKind::curve, 141},
    {11, "sect409k1", GroupKind::curve, 204},
    {12, "sect409r1", GroupKind::curve, 204},
    {13, "sect571k1", GroupKind::curve, 285},
    {14, "sect571r1", GroupKind::curve, 285},
    {15, "secp160k1", GroupKind::curve, 80},
    {16, "secp160r1", GroupKind::curve, 80},
    {17, "secp160r2", GroupKind::curve, 80},
    {18, "secp192k1", GroupKind::curve, 96},
    {19, "secp192r1", GroupKind::curve, 96},
    {20, "secp224k1", GroupKind::curve, 112},
    {21, "secp224r1", GroupKind::curve, 112},
    {22, "secp256k1", GroupKind::curve, 128},
    {23, "secp256r1", GroupKind::curve, 128},
    {24, "secp384r1", GroupKind::curve, 192},
    {25, "secp521r1", GroupKind::curve, 260},
    {26, "brainpoolP256r1", GroupKind::curve, 128},
    {27, "brainpoolP384r1", GroupKind::curve, 192},
    {28, "brainpoolP512r1", GroupKind::curve, 256},
    {29, "x25519", GroupKind::curve, 128},
    {30, "x448", GroupKind::curve, 224},
    {31, "brainpoolP256r1tls13", GroupKind::curve, 128},
    {32, "brainpoolP384r1tls13", GroupKind::curve, 192},
    {33, "brainpoolP512r1tls13", GroupKind::curve, 256},
    {34, "GC256A", GroupKind::curve, 128},
    {35, "GC256B", GroupKind::curve, 128},
    {36, "GC256C", GroupKind::curve, 128},
    {37, "GC256D", GroupKind::curve, 128},
    {38, "GC512A", GroupKind::curve, 256},
    {39, "GC512B", GroupKind::curve, 256},
    {40, "GC512C", GroupKind::curve, 256},
    {41, "curveSM2", GroupKind::curve, 128},
    {256, "ffdhe2048", GroupKind::finite_field, 112},
    {257, "ffdhe3072", GroupKind::finite_field, 128},
    {258, "ffdhe4096", GroupKind::finite_field, 152},
    {259, "ffdhe6144", GroupKind::finite_field, 176},
    {260, "ffdhe8192", GroupKind::finite_field, 200},
    {512, "MLKEM512", GroupKind::kem, 128},
    {513, "MLKEM768", GroupKind::kem, 192},
    {514, "MLKEM1024", GroupKind::kem, 256},
    {4587, "SecP256r1MLKEM768", GroupKind::hybrid, 128},
    {4588, "X25519MLKEM768", GroupKind::hybrid, 128},
    {4589, "SecP384r1MLKEM1024", GroupKind::hybrid, 192},
    {4590, "curveSM2MLKEM768", GroupKind::hybrid, 128},
    {25497, "X25519Kyber768Draft00", GroupKind::hybrid, 128},
    {25498, "SecP256r1Kyber768Draft00", GroupKind::hybrid, 128},
    {65281, "arbitrary_explicit_prime_curves", GroupKind::arbitrary_curve, 0},
    {65282, "arbitrary_explicit_char2_curves", GroupKind::arbitrary_curve, 0},
};

// Up to TLS 1.2 the two bytes are a hash and a signature (RFC 5246 section 7.4.1.4.1); pairs that TLS 1.3 has
// no name for are named in its manner.
constexpr SignatureScheme schemes[] = {
    {0x0101, "rsa_pkcs1_md5", SchemeHash::md5, "rsa"},
    {0x0102, "dsa_md5", SchemeHash::md5, "dsa"},
    {0x0103, "ecdsa_md5", SchemeHash::md5, "ecdsa"},
    {0x0201, "rsa_pkcs1_sha1", SchemeHash::sha1, "rsa"},
    {0x0202, "dsa_sha1", SchemeHash::sha1, "dsa"},
    {0x0203, "ecdsa_sha1", SchemeHash::sha1, "ecdsa"},
    {0x0301, "rsa_pkcs1_sha224", SchemeHash::sha224, "rsa"},
    {0x0302, "dsa_sha224", SchemeHash::sha224, "dsa"},
    {0x0303, "ecdsa_sha224", SchemeHash::sha224, "ecdsa"},
    {0x0401, "rsa_pkcs1_sha256", SchemeHash::sha256, "rsa"},
    {0x0402, "dsa_sha256", SchemeHash::sha256, "dsa"},
    {0x0403, "ecdsa_secp256r1_sha256", SchemeHash::sha256, "ecdsa"},
    {0x0501, "rsa_pkcs1_sha384", SchemeHash::sha384, "rsa"},
    {0x0502, "dsa_sha384", SchemeHash::sha384, "dsa"},
    {0x0503, "ecdsa_secp384r1_sha384", SchemeHash::sha384, "ecdsa"},
    {0x0601, "rsa_pkcs1_sha512", SchemeHash::sha512, "rsa"},
    {0x0602, "dsa_sha512", SchemeHash::sha512, "dsa"},
    {0x0603, "ecdsa_secp521r1_sha512", SchemeHash::sha512, "ecdsa"},
    {0x0708, "sm2sig_sm3", SchemeHash::sm3, "sm2"},
    {0x0709, "gostr34102012_256a", SchemeHash::intrinsic, "gost"},
    {0x070A, "gostr34102012_256b", SchemeHash::intrinsic, "gost"},
    {0x070B, "gostr34102012_256c", SchemeHash::intrinsic, "gost"},
    {0x070C, "gostr34102012_256d", SchemeHash::intrinsic, "gost"},
    {0x070D, "gostr34102012_512a", SchemeHash::intrinsic, "gost"},
    {0x070E, "gostr34102012_512b", SchemeHash::intrinsic, "gost"},
    {0x070F, "gostr34102012_512c", SchemeHash::intrinsic, "gost"},
    {0x0804, "rsa_pss_rsae_sha256", SchemeHash::sha256, "rsa"},
    {0x0805, "rsa_pss_rsae_sha384", SchemeHash::sha384, "rsa"},
    {0x0806, "rsa_pss_rsae_sha512", SchemeHash::sha512, "rsa"},
    {0x0807, "ed25519", SchemeHash::intrinsic, "ed25519"},
    {0x0808, "ed448", SchemeHash::intrinsic, "ed448"},
    {0x0809, "rsa_pss_pss_sha256", SchemeHash::sha256, "rsa_pss"},
    {0x080A, "rsa_pss_pss_sha384", SchemeHash::sha384, "rsa_pss"},
    {0x080B, "rsa_pss_pss_sha512", SchemeHash::sha512, "rsa_pss"},
    {0x081A, "ecdsa_brainpoolP256r1tls13_sha256", SchemeHash::sha256, "ecdsa"},
    {0x081B, "ecdsa_brainpoolP384r1tls13_sha384", SchemeHash::sha384, "ecdsa"},
    {0x081C, "ecdsa_brainpoolP512r1tls13_sha512", SchemeHash::sha512, "ecdsa"},
    {0x0904, "mldsa44", SchemeHash::intrinsic, "mldsa"},
    {0x0905, "mldsa65", SchemeHash::intrinsic, "mldsa"},
    {0x0906, "mldsa87", SchemeHash::intrinsic, "mldsa"},
};

struct AlertName {
  std::uint8_t description;
  std::string_view name;
};
constexpr AlertName alerts[] = {
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {30, "decompression_failure"},
    {40, "handshake_failure"},
    {41, "no_certificate"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {52, "too_many_cids_requested"},
    {60, "export_restriction"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {111, "certificate_unobtainable"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {114, "bad_certificate_hash_value"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
    {121, "ech_required"},
};

// The row with this id in a table sorted by id.
template <class Row>
const Row* row_of(std::span<const Row> table, std::uint16_t id) {
  const auto at = std::ranges::lower_bound(table, id, {}, &Row::id);
  return at != table.end() && at->id == id ? &*at : nullptr;
}

static_assert(std::ranges::is_sorted(registry, {}, &Named::id));
static_assert(std::ranges::is_sorted(groups, {}, &NamedGroup::id));
static_assert(std::ranges::is_sorted(schemes, {}, &SignatureScheme::id));

}  // namespace

std::span<const Suite> all_suites() {
  static const auto table = [] {
    std::array<Suite, std::size(registry)> out;
    std::ranges::transform(registry, out.begin(), read_name);
    return out;
  }();
  return table;
}

const Suite* find_suite(std::uint16_t id) { return row_of(all_suites(), id); }

const Suite* find_suite(std::string_view name) {
  const auto table = all_suites();
  const auto at = std::ranges::find(table, name, &Suite::name);
  return at == table.end() ? nullptr : &*at;
}

std::string_view suite_name(std::uint16_t id) {
  if (id == renegotiation_scsv) return "TLS_EMPTY_RENEGOTIATION_INFO_SCSV";
  if (id == fallback_scsv) return "TLS_FALLBACK_SCSV";
  const auto* named = row_of(std::span<const Named>(registry), id);
  return named ? named->name : std::string_view{};
}

std::string suite_label(std::uint16_t id) {
  const auto name = suite_name(id);
  return name.empty() ? fmt::format("0x{:04X}", id) : std::string(name);
}

std::span<const Sslv2Cipher> all_sslv2_ciphers() { return sslv2_ciphers; }

std::string sslv2_cipher_label(std::uint32_t kind) {
  for (const auto& cipher : sslv2_ciphers)
    if (cipher.kind == kind) return std::string(cipher.name);
  return fmt::format("0x{:06X}", kind & 0xFFFFFFU);
}

std::span<const NamedGroup> all_groups() { return groups; }

const NamedGroup* find_group(std::uint16_t id) { return row_of(std::span<const NamedGroup>(groups), id); }

const NamedGroup* find_group(std::string_view name) {
  const auto* at = std::ranges::find(groups, name, &NamedGroup::name);
  return at == std::end(groups) ? nullptr : at;
}

std::string group_label(std::uint16_t id) {
  const auto* group = find_group(id);
  return group ? std::string(group->name) : fmt::format("0x{:04X}", id);
}

std::span<const SignatureScheme> all_signature_schemes() { return schemes; }

const SignatureScheme* find_signature_scheme(std::uint16_t id) {
  return row_of(std::span<const SignatureScheme>(schemes), id);
}

std::string signature_scheme_label(std::uint16_t id) {
  const auto* scheme = find_signature_scheme(id);
  return scheme ? std::string(scheme->name) : fmt::format("0x{:04X}", id);
}

std::string version_label(std::uint16_t version) {
  switch (version) {
    case 0x0002:
      return "SSLv2";
    case 0x0300:
      return "SSLv3";
    case 0x0301:
      return "TLSv1.0";
    case 0x0302:
      return "TLSv1.1";
    case 0x0303:
      return "TLSv1.2";
    case 0x0304:
      return "TLSv1.3";
    default:
      return fmt::format("0x{:04X}", version);
  }
}

std::string alert_label(std::uint8_t description) {
  for (const auto& alert : alerts)
    if (alert.description == description) return std::string(alert.name);
  return fmt::format("alert {}", description);
}

}  // namespace utsyn::wire
