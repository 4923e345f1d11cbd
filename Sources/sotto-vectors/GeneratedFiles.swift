// The files that we write, in the order in which the working group lists them.

enum GeneratedFiles {
    static let all: [any GeneratedFile] = [
        TreeMathFormat(),
        CryptoBasicsFormat(),
        SecretTreeFormat(),
        MessageProtectionFormat(),
        KeyScheduleFormat(),
        PSKSecretFormat(),
        TranscriptHashesFormat(),
        WelcomeFormat(),
        TreeOperationsFormat(),
        TreeValidationFormat(),
        TreeKEMFormat(),
        MessagesFormat(),
        DeserializationFormat(),
        PassiveClientWelcomeFile(),
        PassiveClientHandlingFile(),
        PassiveClientRandomFile(),
    ]
}
