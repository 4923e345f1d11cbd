// Certificates for `localhost` and 127.0.0.1 that nobody trusts but these tests.

/// A certificate that signs itself, valid from 2020 to 2120, and its key.
struct TestCertificate {
    let chain: String
    let key: String

    static let first = TestCertificate(
        chain: """
            -----BEGIN CERTIFICATE-----
            MIIBRTCB66ADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
            dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
            bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+Jav0JcCd7Pnvk7R
            8q3JOkhEJzubEmMYdTYIN0rqarTWAgoF4sURFY8NwIxRg5qc1KnlHKvfnwoRFYkF
            PUZAfKMsMCowGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwGA1UdEwEB/wQC
            MAAwCgYIKoZIzj0EAwIDSQAwRgIhAP+Ro+zipqDEmIcBLmX9EfWKB6jZ3SC0YWH/
            ylCbBJVxAiEAxMSqwzZfulw3khqtqAHfyvsRg9CgZeMchF11N4tu6Co=
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsexhZY7tjRQwVngc
            nAH/OQk27wp+wK8oZdk7GRQJWUmhRANCAAT4lq/QlwJ3s+e+TtHyrck6SEQnO5sS
            Yxh1Ngg3SupqtNYCCgXixREVjw3AjFGDmpzUqeUcq9+fChEViQU9RkB8
            -----END PRIVATE KEY-----
            """)

    static let second = TestCertificate(
        chain: """
            -----BEGIN CERTIFICATE-----
            MIIBRDCB66ADAgECAgECMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
            dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
            bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEPRRTFaJt0njfRn4G
            tzo/ChnDKT5zs2ecZ0Ux7wJyaJMEBBY7j2Wk66rwQFjvYIflsrw3ObX6IQWvhWTg
            q8IuS6MsMCowGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwGA1UdEwEB/wQC
            MAAwCgYIKoZIzj0EAwIDSAAwRQIhAIJhI3spVYHKKUBQiZdcYRAPFMjvkMUtzCxj
            OqxK3NzKAiAxmawyQ4XoVmmMN3BfdE3gyErtMChNjVAIxJMDL/Q5nw==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAasRptFAuc9R4wBe
            Dv2c/ctrBlaRBBRZuUkXrFGETBChRANCAAQ9FFMVom3SeN9Gfga3Oj8KGcMpPnOz
            Z5xnRTHvAnJokwQEFjuPZaTrqvBAWO9gh+WyvDc5tfohBa+FZOCrwi5L
            -----END PRIVATE KEY-----
            """)

    /// The key of the first, behind a passphrase.
    static let encryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBAHK0wjBDfF06oL+ldK
        VTXpAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQkqNksnQKgzKZ4JpN
        NpsRNQSBkC5wnGFGARTHtcusopkIqQ697RVmxAiSMvjrBy6MjanhPWNoP9Vl6t3a
        MNTlAZHqidIu+xpYskfghOyQVvzqCTSnBpiGq3V9G9Kduu4VO8LqJa8h2vTrmrL3
        blEErfHQBwH08tDpIUOrxxJ8XunEreFieSksDHo1JEVQXj4d4QVzbyEgppd5UUux
        0CQg4Txbaw==
        -----END ENCRYPTED PRIVATE KEY-----
        """
}
