/** Words that stand in names of buckets everywhere, the most usual first: whoever guesses begins with them. */

export const commonWords: readonly string[] = (
  'backup backups data assets static logs media files images uploads public private dev-assets www web website cdn ' +
  'docs documents archive storage reports exports imports downloads content terraform terraform-state tfstate state ' +
  'config configs artifacts builds deploy deployment releases packages lambda code source git ci pipeline codepipeline ' +
  'cloudtrail cloudtrail-logs access-logs audit audit-logs s3-logs elb-logs alb-logs flow-logs waf-logs log temp tmp ' +
  'cache raw processed landing lake datalake data-lake warehouse analytics athena glue etl bi ml models training ' +
  'datasets db database databases db-backup db-backups dumps dump sql snapshots postgres mysql mongo redis elastic ' +
  'app apps api backend frontend client clients customer customers users user accounts internal external shared common ' +
  'secure secret secrets keys certs vault infra infrastructure ops platform services service core main admin portal ' +
  'mobile android ios app-data photos pictures img video videos audio avatars thumbnails attachments mail email ses ' +
  'invoices billing finance payroll hr legal marketing sales crm orders payments shop store products catalog blog news ' +
  'press events jobs research engineering team support help wiki intranet vpn security compliance inventory metrics ' +
  'monitoring replication replica dr disaster-recovery migration legacy old new bucket s3 files-public'
).split(' ');

/** What an installation is for. */
export const environments: readonly string[] =
  'prod dev staging test production stage qa uat development demo sandbox live preprod testing int beta lab poc'.split(
    ' ',
  );

/** Where these stand in a name they are Regions of AWS. */
export const regionPattern =
  '(?:us-gov|us|eu|ap|ca|sa|me|af|il|mx|cn)-(?:central|northeast|northwest|southeast|southwest|north|south|east|west)-\\d';
