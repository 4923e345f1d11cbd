// The operations of the interface, by their names.

/// An operation of the working group's RPC interface (`interop/proto/mls_client.proto` in
/// mlswg/mls-implementations).
public enum RPC: String, CaseIterable, Hashable, Sendable {
    case name = "Name"
    case supportedCiphersuites = "SupportedCiphersuites"

    // Ways to become a member of a group.
    case createGroup = "CreateGroup"
    case createKeyPackage = "CreateKeyPackage"
    case joinGroup = "JoinGroup"
    case externalJoin = "ExternalJoin"

    // Operations on a group.
    case groupInfo = "GroupInfo"
    case stateAuth = "StateAuth"
    case export = "Export"
    case protect = "Protect"
    case unprotect = "Unprotect"
    case storePSK = "StorePSK"

    // Proposals of members.
    case addProposal = "AddProposal"
    case updateProposal = "UpdateProposal"
    case removeProposal = "RemoveProposal"
    case externalPSKProposal = "ExternalPSKProposal"
    case resumptionPSKProposal = "ResumptionPSKProposal"
    case groupContextExtensionsProposal = "GroupContextExtensionsProposal"

    // Commits.
    case commit = "Commit"
    case handleCommit = "HandleCommit"
    case handlePendingCommit = "HandlePendingCommit"

    // Reinitialization.
    case reInitProposal = "ReInitProposal"
    case reInitCommit = "ReInitCommit"
    case handlePendingReInitCommit = "HandlePendingReInitCommit"
    case handleReInitCommit = "HandleReInitCommit"
    case reInitWelcome = "ReInitWelcome"
    case handleReInitWelcome = "HandleReInitWelcome"

    // Subgroups.
    case createBranch = "CreateBranch"
    case handleBranch = "HandleBranch"

    // Proposals from outside.
    case newMemberAddProposal = "NewMemberAddProposal"
    case createExternalSigner = "CreateExternalSigner"
    case addExternalSigner = "AddExternalSigner"
    case externalSignerProposal = "ExternalSignerProposal"

    // The end of it.
    case free = "Free"
}
