// A certificate for `localhost` and 127.0.0.1 that nobody trusts but these tests.

import NIOSSL

enum LocalhostCertificate {
    /// Signed by itself, valid from 2020 to 2120.
    static let pem = """
        -----BEGIN CERTIFICATE-----
        MIIBQzCB66ADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
        dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
        bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhYHG94mlOOW5haY2
        obIutFhWVMCVBFPk3cBOEJUeXv0K6MgoPyyNM1xSdP2lZWnnTToU/ycU8i+TgkA8
        HUdogqMsMCowGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwGA1UdEwEB/wQC
        MAAwCgYIKoZIzj0EAwIDRwAwRAIgNJa+x3C83YHfo6Xc5QidMJ5JcN7xvDLJsMwZ
        PKBZcZICIBaG2E6zyZq755lC4MWnIFwUGtGfZ0MSkr4xTuhEyglw
        -----END CERTIFICATE-----
        """

    private static let keyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBKe3AhT8vt3hxMTr
        ehyz0l7R+MK6qhXFJIJlW26UPPihRANCAASFgcb3iaU45bmFpjahsi60WFZUwJUE
        U+TdwE4QlR5e/QroyCg/LI0zXFJ0/aVlaedNOhT/JxTyL5OCQDwdR2iC
        -----END PRIVATE KEY-----
        """

    static func serverContext(below maximum: TLSVersion? = nil) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8))
        let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.maximumTLSVersion = maximum
        return try NIOSSLContext(configuration: configuration)
    }
}
